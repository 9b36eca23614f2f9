// Writes src/api.ts from openrpc.json. With --check it writes nothing, and fails when the file is stale.
import { readFileSync, writeFileSync } from 'node:fs';

const source = new URL('../../openrpc.json', import.meta.url);
const target = new URL('../src/api.ts', import.meta.url);

const primitives = { string: 'string', integer: 'number', number: 'number', boolean: 'boolean', null: 'null' };

function typeOf(schema) {
  if (schema.$ref) return schema.$ref.replace('#/components/schemas/', '');
  if (schema.oneOf) return schema.oneOf.map(typeOf).join(' | ');
  if (schema.enum) return schema.enum.map((value) => `'${value}'`).join(' | ');
  const types = [schema.type ?? []].flat();
  return types.length === 0 ? 'Json' : types.map((type) => single(type, schema)).join(' | ');
}

function single(type, schema) {
  if (type === 'array') {
    const item = typeOf(schema.items ?? {});
    return item.includes(' | ') ? `(${item})[]` : `${item}[]`;
  }
  if (type === 'object') return schema.properties ? body(schema.properties, schema.required) : '{ [name: string]: Json }';
  const name = primitives[type];
  if (!name) throw new Error(`no TypeScript for the type ${type}`);
  return name;
}

const doc = (text, indent) => (text ? `${indent}/** ${text} */\n` : '');

function body(properties, required = [], indent = '') {
  const members = Object.entries(properties).map(([name, schema]) => {
    const optional = required.includes(name) ? '' : '?';
    const said = doc(schema.description, `${indent}  `);
    return `${said}${indent}  ${name}${optional}: ${typeOf(schema)}${optional && ' | undefined'};\n`;
  });
  return members.length === 0 ? '{}' : `{\n${members.join('')}${indent}}`;
}

function component([name, schema]) {
  const said = doc(schema.description, '');
  return schema.properties
    ? `${said}export interface ${name} ${body(schema.properties, schema.required)}\n`
    : `${said}export type ${name} = ${typeOf(schema)};\n`;
}

const pascal = (name) => name.replace(/(?:^|[._])(\w)/g, (_, letter) => letter.toUpperCase());
/** The relay's events have names in camel case, of which one is another's but for that. */
function eventName(name) {
  if (name === 'event') return 'PublishedEvent';
  return `${/[A-Z]/.test(name) ? 'Relay' : ''}${pascal(name)}Event`;
}

const paramsOf = ({ name, result }) => (result ? `${pascal(name)}Params` : eventName(name));

function params(method) {
  const properties = Object.fromEntries(method.params.map((p) => [p.name, { ...p.schema, description: p.description }]));
  const required = method.params.filter((p) => p.required).map((p) => p.name);
  const said = doc(method.summary, '');
  return method.params.length === 0
    ? `${said}export type ${paramsOf(method)} = { [name: string]: never };\n`
    : `${said}export interface ${paramsOf(method)} ${body(properties, required)}\n`;
}

const entry = (method) =>
  `  '${method.name}': { params: ${paramsOf(method)}; result: ${typeOf(method.result.schema)} };\n`;

export function generated() {
  const { methods, components } = JSON.parse(readFileSync(source, 'utf8'));
  const calls = methods.filter((method) => method.result);
  const events = methods.filter((method) => !method.result);
  const kinds = Object.values(components.errors).map((error) => `'${error.data.kind}'`);
  return [
    '// Made from openrpc.json by "npm run generate".\n',
    'export type Json = null | boolean | number | string | Json[] | { [name: string]: Json };\n',
    ...Object.entries(components.schemas).map(component),
    ...methods.map(params),
    `/** What can be called: params by name, and the result. */\nexport interface Methods {\n${calls.map(entry).join('')}}\n`,
    `/** What the server sends unasked. */\nexport interface Events {\n${events
      .map((event) => `  '${event.name}': ${paramsOf(event)};\n`)
      .join('')}}\n`,
    `/** The stable names of errors. */\nexport type ErrorKind =\n  | ${[...new Set(kinds)].join('\n  | ')};\n`,
  ].join('\n');
}

if (process.argv[1]?.endsWith('generate.mjs')) {
  if (process.argv.includes('--check')) {
    if (readFileSync(target, 'utf8') !== generated()) {
      console.error('src/api.ts is stale: run "npm run generate"');
      process.exit(1);
    }
  } else {
    writeFileSync(target, generated());
  }
}
