import { describe, expect, it } from 'vitest'
import { looksPersonal, maskedValues } from '../../../src/core/secrets/personal-column.ts'

describe('a column that looks personal', () => {
  it.each([
    'email',
    'E-Mail',
    'customer_email',
    'lastName',
    'first name',
    'date_of_birth',
    'dob',
    'home_address',
    'ip_address',
    'user_id',
    'patientId',
    'card-number',
    'IBAN',
    'phone',
    'addr',
    'ip_addr',
    'user',
    'username',
    'userName',
    'plate',
    'license_plate',
    'shopper',
    'shopper_id',
    'customer',
    'customer.name',
    'customername',
    'Kundenname',
    'kunden_id',
    'KundenNr',
    'geburtsdatum',
    'steuer_id',
    'Straße',
    'strasse',
    'adresse',
    'telefon',
    'nom',
    'prénom',
    'prenom',
    'date_naissance',
    'apellido',
    'teléfono',
    'telefono',
    'fecha_de_nacimiento',
    'dirección',
    'cognome',
    'codiceFiscale',
    'data_nascita',
    'voornaam',
    'geboortedatum',
    'bsn',
    'sobrenome',
    'cpf',
    'endereço',
    'id_cliente',
  ])('%s, by its name', name => {
    expect(looksPersonal(name)).toBe('its name')
  })

  it.each([
    'region',
    'gender',
    'age_group',
    'email_domain',
    'has_phone',
    'phone_model',
    'device_name',
    'product_id',
    'file_name',
    'is_mobile',
    'address_count',
    'customer_country',
    'name',
    'id',
    'mailing',
    'nominal',
    'nom_produit',
    'user_count',
    'user_type',
    'active_users',
    'user_segment',
    'user_agent',
    'customer_lifetime_value',
    'customer_tenure',
    'client_version',
    'plate_thickness',
    'template',
    'nombre_articles',
    'nome_produto',
    'streetlights',
    'addressable',
    'direccion_viento',
    'numero_comandes',
    'patient_age',
    'monthly_customers',
    'anzahl_kunden',
    'adresse_typ',
    'passengers_total',
  ])('%s does not', name => {
    expect(looksPersonal(name)).toBeUndefined()
  })

  it('by its values, from a tenth of them on', () => {
    const names = Array.from({ length: 9 }, (_, index) => `shop ${index}`)

    expect(looksPersonal('contact', [...names, 'kim@example.com'])).toBe('its values')
    expect(looksPersonal('contact', [...names, 'shop 9', 'kim@example.com'])).toBeUndefined()
    expect(looksPersonal('contact', ['+49 30 123456'])).toBe('its values')
    expect(looksPersonal('release', ['2026-05-01-0000001', '1.2.3'])).toBeUndefined()
    expect(looksPersonal('contact', [])).toBeUndefined()
  })

  it('is masked value by value, and an empty one stays', () => {
    expect(maskedValues(['Kim', '(empty)', 'Ada'], '(empty)')).toEqual([
      '[masked 1]',
      '(empty)',
      '[masked 2]',
    ])
  })
})
