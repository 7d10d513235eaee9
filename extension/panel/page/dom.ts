/**
 * Drawing without markup: a tree of plain descriptions is laid over the elements that are there. What did not change is not
 * touched, so that focus, selection and scroll position outlive a refresh. Text becomes text nodes and nothing else: no string
 * is ever read as HTML.
 */
export type Child = Description | string | undefined

type Description = {
  readonly tag: string
  /** Attributes; undefined and false leave one out, true gives it no value. */
  readonly attributes: Readonly<Record<string, string | boolean | undefined>>
  /** Children with a key keep their element when others come or go. */
  readonly key: string | undefined
  readonly onClick: ((event: Event) => void) | undefined
  readonly onChange: ((event: Event) => void) | undefined
  readonly children: readonly Child[]
}

type Options = {
  readonly key?: string
  readonly onClick?: (event: Event) => void
  readonly onChange?: (event: Event) => void
  readonly [attribute: string]: string | boolean | undefined | ((event: Event) => void)
}

export function h(tag: string, options: Options, ...children: readonly Child[]): Description {
  const { key, onClick, onChange, ...attributes } = options
  return { tag, attributes: attributes as Description['attributes'], key, onClick, onChange, children }
}

/** Makes the children of `parent` what `children` describe. */
export function draw(parent: Element, children: readonly Child[]): void {
  const wanted = children.filter((child) => child !== undefined)
  const keyed = keyedChildrenOf(parent)
  // What goes is taken out first: the rest then need not be moved past it, and a moved element loses the focus.
  const wantedKeys = new Set(wanted.map((child) => (typeof child === 'string' ? undefined : child.key)))
  for (const [key, element] of keyed) if (!wantedKeys.has(key)) element.remove()
  for (const [index, child] of wanted.entries()) {
    const there = parent.childNodes[index]
    const node = nodeFor(child, there, keyed)
    if (node !== there) parent.insertBefore(node, there ?? null)
    if (typeof child !== 'string' && node instanceof Element) update(node, child)
  }
  while (parent.childNodes.length > wanted.length) parent.lastChild?.remove()
}

// What the page drew onto its own elements; gone with them.
const keys = new WeakMap<Element, string>()
const described = new WeakMap<Element, Description>()

function keyedChildrenOf(parent: Element): ReadonlyMap<string, Element> {
  const keyed = new Map<string, Element>()
  for (const element of parent.children) {
    const key = keys.get(element)
    if (key !== undefined) keyed.set(key, element)
  }
  return keyed
}

function nodeFor(child: Description | string, there: ChildNode | undefined, keyed: ReadonlyMap<string, Element>): Node {
  if (typeof child === 'string') {
    if (!(there instanceof Text)) return document.createTextNode(child)
    if (there.data !== child) there.data = child
    return there
  }
  const kept = child.key === undefined ? undefined : keyed.get(child.key)
  if (kept !== undefined && kept.localName === child.tag) return kept
  const isReusable = there instanceof Element && there.localName === child.tag && keys.get(there) === child.key
  return isReusable ? there : createElement(child)
}

function createElement(description: Description): Element {
  const element = document.createElement(description.tag)
  if (description.key !== undefined) keys.set(element, description.key)
  // One listener for the element's life; it calls what the last drawing asked for.
  element.addEventListener('click', (event) => described.get(element)?.onClick?.(event))
  element.addEventListener('change', (event) => described.get(element)?.onChange?.(event))
  return element
}

function update(element: Element, description: Description): void {
  const before = described.get(element)?.attributes ?? {}
  described.set(element, description)
  for (const name of Object.keys(before)) {
    if (description.attributes[name] === undefined || description.attributes[name] === false) {
      element.removeAttribute(name)
    }
  }
  for (const [name, value] of Object.entries(description.attributes)) {
    if (value === undefined || value === false) continue
    const text = value === true ? '' : value
    if (element.getAttribute(name) !== text) element.setAttribute(name, text)
  }
  draw(element, description.children)
  // A select shows its property, which the user's choice sets; it must follow the drawing, also back.
  const { value } = description.attributes
  if (element instanceof HTMLSelectElement && typeof value === 'string') element.value = value
}
