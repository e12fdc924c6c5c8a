import { describe, expect, it } from 'vitest'
import { reachesOut } from '../../../src/core/scan/formats/chat-template.ts'
import { ORDINARY } from './chat-templates.ts'

describe('a chat template', () => {
  it.each(Object.entries(ORDINARY))('as models carry it stays inside: %s', (_, template) => {
    expect(reachesOut(template)).toBe(false)
  })

  it.each([
    "{{ ''['_' ~ '_class_' ~ '_'] }}",
    `{{ ''['_' "_class_" '_'] }}`,
    "{{ ''['_'+'_class_'+'_'] }}",
    "{{ ''['\\137\\137class\\137\\137'] }}",
    "{{ ''['\\u005f\\u005fclass'] }}",
    "{{ ''['\\N{LOW LINE}class'] }}",
    "{{ ''['_' * 2 ~ 'class'] }}",
    "{{ ''[['_', '_class_', '_']|join] }}",
    "{{ ''[''.join(['_', '_class'])] }}",
    "{{ ''['xxclass'|replace('x', '_')] }}",
    "{{ ''['%sclass'|format('_')] }}",
    "{% set u = '_' %}{{ ''[u ~ u ~ 'class' ~ u ~ u] }}",
    "{% set u = '_' %}{% set k = u + u + 'class' %}{{ ''[k] }}",
    "{% set u = '_' %}{% set c = 'class' %}{% set k = u + u + c %}{{ x[k] }}",
    "{% set u = '_' %}{% set k = u ~ u ~ 'class' %}{% set j = k %}{{ x[j] }}",
    "{% set d = {'k': u ~ u ~ 'class'} %}{{ ''[d['k']] }}",
    "{% set ns = namespace(k=u ~ u ~ 'class') %}{{ ''[ns.k] }}",
    "{% set ns.k = u ~ u ~ 'class' %}{{ ''[ns.k] }}",
    "{% for k in [u ~ u ~ 'class'] %}{{ ''[k] }}{% endfor %}",
    "{% with k = u ~ u %}{{ ''[k] }}{% endwith %}",
    "{% set k %}_{{ '' }}_class{% endset %}{{ ''[k] }}",
    "{% macro m(k) %}{{ ''[k] }}{% endmacro %}{{ m(u ~ u) }}",
    "{% macro m() %}_{{ '' }}_class{% endmacro %}{{ ''[m()] }}",
    "{{ {'a': {}}['a'] or ''[u ~ u] }}",
    "{% set a = {'a': {'b': 1}} %}{{ ''['_' ~ '_class'] }}",
    "{% raw %}{{ ' {% endraw %}{{ ''['_' ~ '_class'] }}",
    "{# ' #}{{ ''['_' ~ '_class'] }}",
    "{{ x|map(attribute='_' ~ u ~ 'class')|list }}",
    '{{ x|map(attribute=k)|list }}',
    "{{ [x]|map('attr', k)|list }}",
    '{{ x|selectattr(k) }}',
    '{{ x|groupby(k) }}',
    "{{ ('{0.' ~ u ~ u ~ 'class}').format(x) }}",
    '{{ k.format(x) }}',
  ])('that puts a name together and looks it up is told: %s', template => {
    expect(reachesOut(template)).toBe(true)
  })

  it('that is long is read in no time', () => {
    const parts = [
      '{{',
      "{{ '",
      '{% set a = b %}',
      '{% macro m(a) %}{{ m((',
      '{{ a[',
      '{{ (',
      '{# ',
      '{{ a.',
      'a',
      '{%    ',
      "'",
      '{% raw %}',
    ]
    const before = performance.now()
    for (const part of parts)
      reachesOut(`{{ ${part.repeat(50_000 / part.length)} }}${part.repeat(50_000 / part.length)}`)

    expect(performance.now() - before).toBeLessThan(5_000)
  })
})
