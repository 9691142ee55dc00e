/** An element of a document, its text children joined. */
export interface XmlElement {
  name: string;
  attributes: Record<string, string>;
  children: XmlElement[];
  text: string;
}

/** All that XML 1.0 allows in a document. */
const NOT_XML = /[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/u;
const DECLARATION = /^<\?xml version="1\.0" encoding="UTF-8"\?>\n/;
const TAG = /<(\/?)([A-Za-z][\w.-]*)((?:\s+[A-Za-z][\w.-]*="[^"<]*")*)\s*(\/?)>/y;
const ENTITY = /&(?:(amp|lt|gt|quot|apos)|#(\d+));/g;
const named: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** A strict reader of the XML we write: no doctype, no comments, no CDATA; the rest as XML 1.0. */
export function parseXml(document: string): XmlElement {
  const illegal = NOT_XML.exec(document);
  if (illegal) throw new Error(`no XML character at ${illegal.index}`);
  const declaration = DECLARATION.exec(document);
  if (!declaration) throw new Error('no XML declaration');
  const root: XmlElement = { name: '', attributes: {}, children: [], text: '' };
  const open = [root];
  let position = declaration[0].length;
  while (position < document.length) {
    const next = document.indexOf('<', position);
    const end = next < 0 ? document.length : next;
    const parent = open.at(-1) ?? root;
    parent.text += decoded(document.slice(position, end));
    if (next < 0) break;
    position = readTag(document, { at: next, open });
  }
  const [top] = root.children;
  if (open.length !== 1 || top === undefined || root.children.length !== 1) {
    throw new Error('not exactly one whole element');
  }
  if (root.text.trim() !== '') throw new Error('text outside of the element');
  return top;
}

/** All elements of a name, in document order. */
export function elementsNamed(element: XmlElement, name: string): XmlElement[] {
  const own = element.name === name ? [element] : [];
  return [...own, ...element.children.flatMap((child) => elementsNamed(child, name))];
}

function readTag(document: string, { at, open }: { at: number; open: XmlElement[] }): number {
  TAG.lastIndex = at;
  const tag = TAG.exec(document);
  if (!tag) throw new Error(`not a tag at ${at}: ${document.slice(at, at + 40)}`);
  const [whole, closing, name = '', attributes = '', empty] = tag;
  if (closing) {
    if (open.pop()?.name !== name) throw new Error(`</${name}> closes what is not open`);
  } else {
    const element = { name, attributes: attributesOf(attributes), children: [], text: '' };
    open.at(-1)?.children.push(element);
    if (!empty) open.push(element);
  }
  return at + whole.length;
}

function attributesOf(text: string): Record<string, string> {
  const attributes: Record<string, string> = {};
  for (const [, name = '', value = ''] of text.matchAll(/([\w.-]+)="([^"]*)"/g)) {
    if (name in attributes) throw new Error(`attribute ${name} twice`);
    attributes[name] = decoded(value);
  }
  return attributes;
}

function decoded(text: string): string {
  if (/&/.test(text.replaceAll(ENTITY, ''))) throw new Error(`a bare & in ${text}`);
  if (text.includes(']]>')) throw new Error(']]> in text');
  return text.replaceAll(ENTITY, (_, name: string | undefined, code: string | undefined) =>
    name === undefined ? String.fromCodePoint(Number(code)) : (named[name] ?? ''),
  );
}
