// Shows the API description of the sandbox, and sends requests from it.
// It needs nothing but this server: no library, no network.

const METHODS = ["get", "post", "put", "patch", "delete"];
const token = document.getElementById("token");
const who = document.getElementById("who");

/** Makes an element with attributes and children; texts become text nodes, never HTML. */
function make(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else element.setAttribute(key, value);
  }
  element.append(...children.filter((child) => child !== null));
  return element;
}

/** Follows references until there is none. */
function resolve(api, node) {
  while (node?.$ref) {
    node = node.$ref.slice(2).split("/").reduce((inside, key) => inside[key], api);
  }
  return node;
}

/** Gives a value that fits a schema, for a body to begin with; read-only keys are left out. */
function example(api, schema, depth = 0) {
  schema = resolve(api, schema) ?? {};
  if (schema.example !== undefined) return schema.example;
  if (schema.enum) return schema.enum[0];
  const parts = schema.allOf ?? [];
  const one = (schema.oneOf ?? schema.anyOf)?.[0];
  if (one) return example(api, one, depth);
  if (schema.type === "array") return depth > 3 ? [] : [example(api, schema.items, depth + 1)];
  if (schema.properties || parts.length) {
    const keys = Object.assign({}, ...parts.map((part) => example(api, part, depth)));
    for (const [key, property] of Object.entries(schema.properties ?? {})) {
      if (!resolve(api, property)?.readOnly) keys[key] = example(api, property, depth + 1);
    }
    return keys;
  }
  return { boolean: false, integer: 0, number: 0, object: {} }[schema.type] ??
    { uuid: "", "date-time": "2026-11-28T22:00:00" }[schema.format] ?? "";
}

/** Writes a schema in one line, with the names of what it refers to. */
function sketch(api, schema, depth = 0) {
  if (!schema) return "";
  const name = schema.$ref?.split("/").pop();
  const inner = resolve(api, schema);
  const list = inner.oneOf ?? inner.anyOf;
  if (list) return list.map((one) => sketch(api, one, depth)).join(" | ");
  if (inner.type === "array") return `[${sketch(api, inner.items, depth)}]`;
  const keys = Object.keys(inner.properties ?? {});
  if (!keys.length || depth) return name ?? inner.format ?? inner.type ?? "anything";
  return `${name ?? ""} {${keys.join(", ")}}`.trim();
}

/** Gives the row of a parameter, with the field that it is typed into. */
function parameterRow(api, parameter, id) {
  const { name, in: place, required, description = "", schema } = resolve(api, parameter);
  const field = make("input", { id, name, "data-place": place, ...(required && { required: "" }) });
  if (name === "Plutora-Info") field.value = "script.name=swagger";
  return make("tr", {},
    make("th", {}, make("label", { for: id }, name, required ? " *" : "")),
    make("td", {}, field),
    make("td", {}, `${place}, ${resolve(api, schema)?.type ?? ""}`),
    make("td", {}, description));
}

/** Turns what was typed into a request: its address, and what fetch wants to know. */
function request(method, path, form) {
  const url = new URL(location.origin);
  const headers = {};
  let address = path;
  for (const field of form.querySelectorAll("input[data-place]")) {
    const { name, value, dataset: { place } } = field;
    if (place === "path") address = address.replace(`{${name}}`, encodeURIComponent(value));
    else if (value && place === "query") url.searchParams.set(name, value);
    else if (value && place === "header") headers[name] = value;
  }
  url.pathname = address;
  const text = token.value.trim();
  if (text) headers.Authorization = /^bearer /i.test(text) ? text : `bearer ${text}`;
  const body = form.querySelector("textarea")?.value;
  if (body) headers["Content-Type"] = form.querySelector("select").value;
  return [url, { method: method.toUpperCase(), headers, body }];
}

/** Writes a request as a command of curl. */
function curl(url, { method, headers, body }) {
  const quote = (text) => `'${text.replaceAll("'", "'\\''")}'`;
  const parts = Object.entries(headers).map(([name, value]) => `-H ${quote(`${name}: ${value}`)}`);
  return ["curl -X " + method, ...parts, ...(body ? [`--data-raw ${quote(body)}`] : []), quote(url.href)].join(" ");
}

async function send(method, path, form, place) {
  const [url, options] = request(method, path, form);
  place.replaceChildren("…");
  try {
    const answer = await fetch(url, { ...options, body: options.body || undefined });
    const text = await answer.text();
    const isJson = answer.headers.get("content-type")?.includes("json");
    const headers = [...answer.headers].map(([name, value]) => `${name}: ${value}`).join("\n");
    place.replaceChildren(
      make("h3", {}, "Request"), make("pre", {}, curl(url, options)),
      make("h3", {}, "Response code"),
      make("pre", { class: "code" }, String(answer.status)),
      make("h3", {}, "Response body"),
      make("pre", { class: "body" }, isJson && text ? pretty(text) : text),
      make("h3", {}, "Response headers"), make("pre", {}, headers));
  } catch (error) {
    place.replaceChildren(make("p", { class: "failed" }, `No answer: ${error.message}`));
  }
}

/** Indents JSON; what only claims to be JSON stays as it came. */
function pretty(text) {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

/** Gives the fields of a form that stand for a value, named as in a[0][name]. */
function fields(value, name = "") {
  if (value === null || typeof value !== "object") return [[name, String(value ?? "")]];
  return Object.entries(value).flatMap(([key, inner]) => fields(inner, name ? `${name}[${key}]` : key));
}

/** Gives the fields of a body: its content type, and a text that begins with an example. */
function bodyFields(api, operation, id) {
  const content = resolve(api, operation.requestBody)?.content;
  if (!content) return null;
  const text = make("textarea", { id, rows: 12, spellcheck: "false" });
  const type = make("select", { "aria-label": "Content type", onchange: fill },
    ...Object.keys(content).map((type) => make("option", {}, type)));
  function fill() {
    const value = example(api, content[type.value].schema);
    const isForm = type.value.includes("form");
    text.value = isForm ? new URLSearchParams(fields(value)).toString() : JSON.stringify(value, null, 2);
  }
  fill();
  return make("div", {}, make("h3", {}, make("label", { for: id }, "Body")), type, text);
}

/** Fills in an operation once it is opened. */
function inside(api, method, path, operation, shared) {
  const place = make("div", { class: "answer" });
  const parameters = [...shared, ...(operation.parameters ?? [])];
  const rows = parameters.map((it, at) => parameterRow(api, it, `${operation.operationId}-${at}`));
  const form = make("form", {
    onsubmit: (event) => {
      event.preventDefault();
      send(method, path, form, place);
    },
  },
  make("table", {}, ...rows),
  bodyFields(api, operation, `${operation.operationId}-body`),
  make("p", {}, make("button", {}, "Try it out!")));
  const answers = Object.entries(operation.responses).map(([status, it]) => {
    const answer = resolve(api, it);
    const schema = Object.values(answer.content ?? {})[0]?.schema;
    return make("tr", {}, make("th", {}, status), make("td", {}, answer.description),
      make("td", {}, make("code", {}, sketch(api, schema))));
  });
  return make("div", { class: "inside" },
    make("p", { class: "description" }, operation.description ?? ""),
    form, place, make("h3", {}, "Answers"), make("table", {}, ...answers));
}

function operationElement(api, method, path, operation, shared) {
  const { operationId, summary, "x-evidence": evidence } = operation;
  const element = make("details", { class: `operation ${method}`, id: operationId },
    make("summary", {}, make("span", { class: "method" }, method),
      make("code", { class: "path" }, path), make("span", {}, summary),
      make("span", { class: "evidence", title: "How sure it is" }, evidence)));
  element.addEventListener("toggle", () => {
    if (element.open && !element.querySelector(".inside")) {
      element.append(inside(api, method, path, operation, shared));
    }
  });
  return element;
}

function show(api) {
  document.querySelector("#about p").textContent = api.info.description;
  const groups = new Map(api.tags.map(({ name, description }) =>
    [name, make("section", {}, make("h2", {}, name, " ", make("small", {}, description)))]));
  for (const [path, item] of Object.entries(api.paths)) {
    for (const method of METHODS.filter((method) => item[method])) {
      const operation = item[method];
      groups.get(operation.tags[0])
        .append(operationElement(api, method, path, operation, item.parameters ?? []));
    }
  }
  document.getElementById("operations").replaceChildren(...groups.values());
  openNamed();
}

/** Opens the operation that the address names. */
function openNamed() {
  document.getElementById(location.hash.slice(1))?.setAttribute("open", "");
}

function search(event) {
  const word = event.target.value.toLowerCase();
  for (const element of document.querySelectorAll(".operation")) {
    element.hidden = !element.querySelector("summary").textContent.toLowerCase().includes(word);
  }
  for (const section of document.querySelectorAll("section")) {
    section.hidden = !section.querySelector(".operation:not([hidden])");
  }
}

/** Gets a token for the credentials that every sandbox knows. */
async function logIn() {
  const demo = await (await fetch("/swagger/demo")).json();
  const body = new URLSearchParams({ ...demo, grant_type: "password" });
  const answer = await fetch("/oauth/token", { method: "POST", body });
  const { access_token, error } = await answer.json();
  token.value = access_token ? `bearer ${access_token}` : "";
  who.textContent = access_token ? `as ${demo.username}` : `refused: ${error}`;
}

document.querySelector("#search input").addEventListener("input", search);
window.addEventListener("hashchange", openNamed);
document.getElementById("log-in").addEventListener("click", logIn);
document.getElementById("access").addEventListener("submit", (event) => event.preventDefault());
show(await (await fetch("/swagger/docs/v1")).json());
