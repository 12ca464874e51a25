import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { parseEnvFile } from './env-file.ts'

const valueOf = (written: string): string | undefined => {
  const { values, faults } = parseEnvFile(`A=${written}\nNEXT=1\n`)
  assert.deepEqual(faults, [])
  assert.equal(values['NEXT'], '1', 'the line after it must stay whole')
  return values['A']
}

test('each line names one variable; the last of two holds', () => {
  assert.deepEqual(parseEnvFile('A=1\nB_2=two\r\n  C = 3  \nA=4').values, { A: '4', B_2: 'two', C: '3' })
})

test('a carriage return ends a line as well, but not inside quotes', () => {
  assert.deepEqual(parseEnvFile('A=1\rB=2 \r\n# c\rC="x\ry"\rD=one\\\rtwo').values, { A: '1', B: '2', C: 'x\ry', D: 'onetwo' })
})

test('comments and empty lines say nothing', () => {
  assert.deepEqual(parseEnvFile('# A=1\n; B=2\n\n   \n  # C=3\nD=4\n'), { values: { D: '4' }, faults: [] })
})

test('a # behind a value belongs to it, as in systemd', () => {
  assert.equal(valueOf('90 # degrees'), '90 # degrees')
})

test('a bare value loses the blanks around it and keeps those within', () => {
  assert.equal(valueOf('  two  words \t'), 'two  words')
  assert.equal(valueOf(''), '')
  assert.equal(valueOf('   '), '')
  assert.equal(valueOf('a=b=c'), 'a=b=c')
  assert.equal(valueOf(`it's "so"`), `it's "so"`)
})

test('a backslash in a bare value keeps the next character, and joins lines', () => {
  assert.equal(valueOf('a\\\\b\\"c'), 'a\\b"c')
  assert.equal(valueOf('end\\ '), 'end ')
  assert.equal(valueOf('\\"a'), '"a')
  assert.equal(valueOf('one\\\ntwo'), 'onetwo')
})

test('single quotes keep everything as it is', () => {
  assert.equal(valueOf(`' a\\n"$B" # '`), ' a\\n"$B" # ')
  assert.equal(valueOf(`'two\nlines'`), 'two\nlines')
})

test('double quotes know a backslash before " \\ ` $ and a line end', () => {
  assert.equal(valueOf('" \\"a\\" \\\\ \\$B \\` "'), ' "a" \\ $B ` ')
  assert.equal(valueOf('"\\n stays"'), '\\n stays')
  assert.equal(valueOf('"one\\\ntwo"'), 'onetwo')
  assert.equal(valueOf(`"it's"`), "it's")
})

test('quoted pieces side by side make one value, and blanks behind a quote go', () => {
  assert.equal(valueOf(`"a" 'b'c  `), 'abc')
  assert.equal(valueOf(`" a "   `), ' a ')
})

test('a line that is neither NAME=value nor a comment is a fault with its number, and the rest is read', () => {
  const { values, faults } = parseEnvFile('A=1\nhello\nexport B=2\n=3\n2C=4\nD-E=5\nF=6')
  assert.deepEqual(values, { A: '1', F: '6' })
  assert.deepEqual(
    faults.map(({ name }) => name),
    ['.env line 2', '.env line 3', '.env line 4', '.env line 5', '.env line 6'],
  )
  assert.deepEqual(faults[0], { name: '.env line 2', fault: 'is neither NAME=value nor a comment', example: 'RECORDING_FPS=25' })
})

test('a quote that is never closed is a fault, and the lines after it are read', () => {
  for (const quote of ['"', "'"]) {
    const { values, faults } = parseEnvFile(`A=1\nB=${quote}open\nC=3\n`)
    assert.deepEqual(values, { A: '1', C: '3' })
    assert.deepEqual(faults, [{ name: '.env line 2', fault: 'opens a quote that is never closed', example: 'B="two words"' }])
  }
})

test('a byte order mark before the first name does not belong to it', () => {
  assert.deepEqual(parseEnvFile('\uFEFFA=1').values, { A: '1' })
})

test('a name that objects inherit is a name like any other', () => {
  assert.equal(Object.getOwnPropertyDescriptor(parseEnvFile('__proto__=1').values, '__proto__')?.value, '1')
})

test('any text comes to an end', () => {
  const texts = fc
    .array(fc.constantFrom('A', '=', '"', "'", '\\', '\n', ' ', '#', '$', '\r', 'é'), { maxLength: 60 })
    .map((parts) => parts.join(''))
  fc.assert(
    fc.property(texts, (text) => {
      const { values, faults } = parseEnvFile(text)
      assert.ok(Object.keys(values).length + faults.length <= text.split(/[\n\r]/).length)
    }),
    { numRuns: 2000 },
  )
})

test('a value written with quotes and backslashes is read back', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (value) => {
      assert.equal(parseEnvFile(`A="${value.replaceAll(/["\\`$]/g, '\\$&')}"`).values['A'], value)
    }),
  )
})
