import { maskPersonalData } from './secrets.ts'

/** Why a column is taken to tell single people apart, in words. */
export type PersonalBecause = 'its name' | 'its values'

/**
 * Whether a column looks as if its values named single people: by its name (customer_email, "date of birth", Geburtsdatum), or
 * because a tenth of its different values are e-mail addresses, telephone numbers or IBANs. What people share (sex, origin, age,
 * region) is not meant: that is what fairness is judged by.
 */
export function looksPersonal(name: string, values: readonly string[] = []): PersonalBecause | undefined {
  if (isPersonalName(name)) return 'its name'
  const personal = values.filter(value => maskPersonalData(value) !== value).length
  return personal > 0 && personal * 10 >= values.length ? 'its values' : undefined
}

/**
 * Names without meaning in the place of values, in the order in which the file has them: `[masked 1]`, `[masked 2]`. An empty
 * value names nobody and stays.
 */
export function maskedValues(values: readonly string[], empty: string): string[] {
  let count = 0
  return values.map(value => (value === empty ? value : `[masked ${++count}]`))
}

// --- internal ---

/** Who a row may be about: alone (`customer`), or with what tells them apart (`shopper_id`, `patient name`). */
const PEOPLE = [
  ...[
    'user',
    'customer',
    'client',
    'patient',
    'person',
    'employee',
    'applicant',
    'contact',
    'shopper',
    'buyer',
  ],
  ...['member', 'subscriber', 'passenger', 'tenant', 'guest', 'borrower', 'recipient', 'sender', 'student'],
  ...['kunde', 'kunden', 'kundin', 'benutzer', 'mitarbeiter', 'mieter', 'cliente', 'paciente', 'empleado'],
  ...['usuario', 'utente', 'paziente', 'klant', 'gebruiker', 'medewerker', 'utilisateur', 'salarie'],
]

/** Names that say it only where nothing stands beside them: `nom`, but not `nom_produit`. */
const ALONE = new Set([
  ...PEOPLE.filter(who => who !== 'contact'),
  ...[
    'plate',
    'login',
    'ip',
    'handy',
    'nom',
    'nombre',
    'nome',
    'naam',
    'direccion',
    'rue',
    'calle',
    'matricula',
  ],
])

/** Words that a name of one's own data holds, one after the other; without accents, and with ss for sz. */
const NAMED = [
  ...[
    'email',
    'e mail',
    'phone',
    'telephone',
    'msisdn',
    'mobile number',
    'imei',
    'ip addr',
    'client ip',
    'user ip',
  ],
  ...['surname', 'firstname', 'lastname', 'fullname', 'username', 'nickname', 'first name', 'last name'],
  ...['full name', 'given name', 'family name', 'maiden name', 'middle name', 'screen name'],
  ...['birthday', 'birthdate', 'dob', 'date of birth', 'birth date', 'address', 'addr', 'street'],
  ...['ssn', 'iban', 'passport', 'social security', 'national id', 'tax id', 'credit card', 'nhs number'],
  ...['account', 'card', 'passport', 'insurance', 'licence', 'license', 'plate'].map(
    what => `${what} number`,
  ),
  ...['license plate', 'licence plate', 'number plate', 'account id'],
  ...PEOPLE.flatMap(who => [`${who} name`, `${who} id`, `id ${who}`, `${who} nr`, `${who} email`]),
  // German
  ...['vorname', 'nachname', 'familienname', 'geburtsname', 'kundenname', 'benutzername', 'geburtsdatum'],
  ...[
    'geburtstag',
    'telefon',
    'telefonnummer',
    'handynummer',
    'mobilnummer',
    'anschrift',
    'adresse',
    'strasse',
  ],
  ...[
    'hausnummer',
    'kontonummer',
    'kundennummer',
    'kundennr',
    'personalnummer',
    'ausweisnummer',
    'steuer id',
  ],
  ...[
    'steuernummer',
    'sozialversicherungsnummer',
    'versichertennummer',
    'kfz kennzeichen',
    'autokennzeichen',
  ],
  // French
  ...[
    'prenom',
    'nom de famille',
    'nom client',
    'nom complet',
    'date de naissance',
    'date naissance',
    'courriel',
  ],
  ...['numero de telephone', 'numero client', 'immatriculation', 'securite sociale', 'numero secu'],
  // Spanish, Portuguese and Italian
  ...[
    'apellido',
    'apellidos',
    'nombre cliente',
    'nombre completo',
    'nombre de usuario',
    'telefono',
    'correo',
  ],
  ...[
    'fecha de nacimiento',
    'fecha nacimiento',
    'dni',
    'nif',
    'curp',
    'sobrenome',
    'nome completo',
    'nome cliente',
  ],
  ...['telefone', 'celular', 'endereco', 'morada', 'data de nascimento', 'data nascimento', 'cpf', 'cognome'],
  ...['cellulare', 'indirizzo', 'data di nascita', 'data nascita', 'codice fiscale', 'targa'],
  // Dutch
  ...['voornaam', 'achternaam', 'klantnaam', 'klantnummer', 'gebruikersnaam', 'geboortedatum', 'telefoon'],
  ...['telefoonnummer', 'adres', 'straat', 'huisnummer', 'bsn', 'kenteken'],
]

/** What is told of such data without telling it: email_domain, has_phone, phone_model. */
const ABOUT = new Set([
  ...['domain', 'provider', 'type', 'kind', 'status', 'length', 'count', 'verified', 'valid'],
  ...['known', 'missing', 'present', 'country', 'region', 'state', 'city', 'has', 'is', 'num', 'n', 'age'],
  ...['brand', 'model', 'carrier', 'os', 'prefix', 'match', 'matches', 'similarity', 'score', 'group'],
  ...['typ', 'anzahl', 'hat', 'land', 'ort', 'stadt', 'pays', 'ville', 'pais', 'ciudad', 'cidade'],
])

function isPersonalName(name: string): boolean {
  const words = name
    .slice(0, 300)
    .replace(/(\p{Ll})(\p{Lu})/gu, '$1 $2')
    .toLowerCase()
    .replaceAll('ß', 'ss')
    .normalize('NFD')
    .replace(/\p{M}+/gu, '')
    .split(/[^\p{L}\p{N}]+/u)
    .filter(Boolean)
  if (words.some(word => ABOUT.has(word))) return false
  const text = ` ${words.join(' ')} `
  const glued = words.join('')
  return (
    ALONE.has(glued) ||
    NAMED.some(named => text.includes(` ${named} `) || glued === named.replaceAll(' ', ''))
  )
}
