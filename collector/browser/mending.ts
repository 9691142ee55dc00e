/** How the script takes a newer page over in place: whoever reads, types or has opened something
 * finds it as it was. */
export const mending = `
/** Makes an element like a newer one, in place. @param {Element} old @param {Element} next */
function mend(old, next) {
  if (old.isEqualNode(next) || isInUse(old)) return;
  mendAttributes(old, next);
  /** @type {Map<string, Element>} */
  const named = new Map();
  for (const child of old.children) if (child.id !== '') named.set(child.id, child);
  /** @type {ChildNode | null} */
  let at = old.firstChild;
  for (const wanted of [...next.childNodes]) {
    const known = wanted instanceof Element ? named.get(wanted.id) : undefined;
    if (known !== undefined && known !== at) {
      old.insertBefore(known, at);
      at = known;
    }
    if (at !== null && fits(at, wanted)) {
      mendNode(at, wanted);
      at = at.nextSibling;
    } else {
      old.insertBefore(document.importNode(wanted, true), at);
    }
  }
  while (at !== null) {
    const gone = at;
    at = at.nextSibling;
    gone.remove();
  }
}

/** @param {ChildNode} old @param {ChildNode} wanted */
function mendNode(old, wanted) {
  if (old instanceof Element && wanted instanceof Element) mend(old, wanted);
  else if (old.nodeValue !== wanted.nodeValue) old.nodeValue = wanted.nodeValue;
}

/** Whether one can be made of the other. @param {ChildNode} old @param {ChildNode} wanted */
function fits(old, wanted) {
  if (!(old instanceof Element) || !(wanted instanceof Element)) {
    return old.nodeType === wanted.nodeType;
  }
  return old.tagName === wanted.tagName && old.id === wanted.id;
}

/** What the reader opened stays open. @param {Element} old @param {Element} next */
function mendAttributes(old, next) {
  const kept = old instanceof HTMLDetailsElement ? 'open' : '';
  for (const { name } of [...old.attributes]) {
    const ours = name === kept || name === 'aria-busy';
    if (!ours && !next.hasAttribute(name)) old.removeAttribute(name);
  }
  for (const { name, value } of next.attributes) {
    if (name !== kept && old.getAttribute(name) !== value) old.setAttribute(name, value);
  }
}

/** A form that somebody fills in is left alone. @param {Element} element */
function isInUse(element) {
  if (!(element instanceof HTMLFormElement)) return false;
  return element.contains(document.activeElement) || [...element.elements].some(isChanged);
}

/** @param {Element} field */
function isChanged(field) {
  if (field instanceof HTMLSelectElement) {
    const first = [...field.options].findIndex((option) => option.defaultSelected);
    return field.selectedIndex !== Math.max(0, first);
  }
  if (!(field instanceof HTMLInputElement)) return false;
  return field.value !== field.defaultValue || field.checked !== field.defaultChecked;
}
`;
