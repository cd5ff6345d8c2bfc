// SPDX-License-Identifier: GPL-2.0-or-later
// parse.mjs FILE...: let the real Mermaid read each diagram; its states and transitions are printed,
// one a line, so that a test can look for them.  parse.mjs --only FILE...: any diagram will do, and
// nothing is printed.
import { readFileSync } from 'node:fs';
import { JSDOM } from 'jsdom';

// Mermaid cleans labels with DOMPurify, which needs a document.
const { window } = new JSDOM('');
globalThis.window = window;
globalThis.document = window.document;
globalThis.Element = window.Element;

const { default: mermaid } = await import('mermaid');

// What Mermaid turns #N; into while it reads.
const decode = (text) =>
  text.replace(/ﬂ°°(\d+)¶ß/g, (_, n) => String.fromCodePoint(Number(n)));

const only = process.argv[2] === '--only';
for (const file of process.argv.slice(only ? 3 : 2)) {
  const text = readFileSync(file, 'utf8');
  await mermaid.parse(text);
  if (only)
    continue;
  const diagram = await mermaid.mermaidAPI.getDiagramFromText(text);
  const print = (doc, depth) => {
    for (const item of doc) {
      if (item.stmt === 'state')
        console.log(`${' '.repeat(depth)}state ${item.id} ${decode(String(item.description ?? ''))}`);
      else if (item.stmt === 'relation')
        console.log(`${' '.repeat(depth)}${item.state1.id} --> ${item.state2.id} ${decode(item.description ?? '')}`);
      if (item.doc)
        print(item.doc, depth + 1);
    }
  };
  if (diagram.type !== 'stateDiagram')
    throw new Error(`${file}: Mermaid takes it for a ${diagram.type}`);
  print(diagram.db.getRootDoc(), 0);
}
