#include "http/dashboard_parts.hpp"

namespace sagas::http {

const char* const dashboard_style = R"css(
:root{--bg:#f6f8fa;--card:#fff;--ink:#1b1f24;--dim:#59636e;--line:#d0d7de;--ok:#1a7f37;
  --bad:#cf222e;--warn:#9a6700;--run:#0969da}
@media(prefers-color-scheme:dark){:root{--bg:#0d1117;--card:#161b22;--ink:#e6edf3;--dim:#9198a1;
  --line:#30363d;--ok:#3fb950;--bad:#f85149;--warn:#d29922;--run:#58a6ff}}*{box-sizing:border-box}
body{margin:0;background:var(--bg);color:var(--ink);font:14px/1.45 system-ui,sans-serif}
header{display:flex;gap:1rem;align-items:baseline;flex-wrap:wrap;padding:1rem 1.5rem}
h1{font-size:1.25rem;margin:0}header nav{margin-left:auto;display:flex;gap:1rem}
a{color:var(--run)}main{padding:0 1.5rem 2rem;display:grid;gap:1rem}
.cards{display:grid;gap:.75rem;grid-template-columns:repeat(auto-fill,minmax(9.5rem,1fr))}
.card,section{background:var(--card);border:1px solid var(--line);border-radius:8px}
.card{padding:.6rem .8rem;color:inherit;text-align:left;font:inherit;cursor:pointer}
.card[aria-pressed=true]{outline:2px solid var(--run)}
.card b{display:block;font-size:1.5rem;font-variant-numeric:tabular-nums}
.card span{color:var(--dim);font-size:.8rem}div.card{cursor:default}
section{padding:.8rem 1rem;overflow:auto}h2{font-size:1rem;margin:0 0 .5rem}
table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}
th{color:var(--dim);font-weight:500;text-align:left}
td,th{padding:.3rem .8rem .3rem 0;border-bottom:1px solid var(--line);white-space:nowrap}
tr:last-child td{border:0}code{font:12px ui-monospace,monospace}
svg{width:100%;height:64px;display:block}
polyline{fill:none;stroke:var(--run);stroke-width:2;vector-effect:non-scaling-stroke}
.COMPLETADA{color:var(--ok)}.COMPENSADA,.CANCELADA,.COMPENSANDO,.PAUSADA{color:var(--warn)}
.FALLIDA,.REQUIERE_ATENCION{color:var(--bad)}.EN_PROGRESO,.INICIADA{color:var(--run)}
#vivo{font-size:.85rem;color:var(--dim)}#vivo.on{color:var(--ok)}#vivo.off{color:var(--bad)}
progress{width:6rem}
[hidden]{display:none!important}form{display:flex;gap:.5rem;align-items:baseline}
dialog{max-width:90vw;max-height:80vh;border:1px solid var(--line);border-radius:8px;
  background:var(--card);color:var(--ink)}pre{font:12px ui-monospace,monospace;margin:0}
)css";

const char* const dashboard_body = R"html(
<header><h1>sagas</h1><span id="vivo" role="status">conectando…</span>
<form id="llave" hidden><label for="clave">Clave de API</label>
<input id="clave" type="password" autocomplete="off" required><button>Entrar</button></form>
<nav><a href="/docs">API</a><a href="/api/v1/sagas/activas">activas</a>
<a href="/api/v1/campanias">campañas</a><a href="/metrics">métricas</a></nav></header>
<main>
<div class="cards" id="cifras" aria-label="Cifras"></div>
<div class="cards" id="estados" aria-label="Sagas por estado"></div>
<section><h2>Cambios de estado por segundo <small id="ritmo"></small></h2>
<svg id="grafica" viewBox="0 0 120 64" preserveAspectRatio="none" aria-hidden="true">
<polyline points=""/></svg></section>
<section id="atencion" hidden><h2>Esperan a una persona</h2>
<table><thead><tr><th>Cuántas<th>Paso<th>Operación<th>Microservicio<th>Desde<th>Último error<th>Ejemplo
</thead><tbody id="causas"></tbody></table></section>
<section><h2 id="titulo">Sagas más recientes</h2>
<table><thead><tr><th>Saga<th>Tipo<th>Estado<th>Progreso<th>Campaña<th>Inicio<th>Duración<th>Error
</thead><tbody id="sagas"></tbody></table></section>
<section><h2>Participantes</h2>
<table><thead><tr><th>Microservicio<th>Clase<th>Estado<th>Llamadas<th>Fallos<th>En curso
</thead><tbody id="participantes"></tbody></table></section></main>
<dialog id="datos"><pre></pre></dialog>
<noscript>Esta página necesita JavaScript; los datos están también en /api/v1.</noscript>
)html";

// Text from the service is only ever set as textContent. Reads follow events, at most one round a
// second, and never two at a time; without events the page still refreshes every ten seconds.
const char* const dashboard_script = R"js(
"use strict";
(() => {
  const api = "/api/v1";
  const states = ["INICIADA", "EN_PROGRESO", "PAUSADA", "COMPENSANDO", "REQUIERE_ATENCION",
                  "COMPLETADA", "COMPENSADA", "CANCELADA", "FALLIDA"];
  const $ = id => document.getElementById(id);
  let chosen = "";
  let dirty = true;
  let busy = false;
  let live = false;
  let locked = false; // until a key is given: what was refused once is refused again
  let last = 0;
  let count = 0;
  const rates = new Array(120).fill(0);

  const element = (tag, text, cls) => {
    const made = document.createElement(tag);
    if (text !== undefined && text !== null) made.textContent = String(text);
    if (cls) made.className = cls;
    return made;
  };
  const absent = value => value === null || value === undefined;
  const number = value => absent(value) ? "–" : Number(value).toLocaleString("es");
  const seconds = value => absent(value) ? "–"
    : value < 1 ? Math.round(value * 1000) + " ms" : Number(value).toFixed(1) + " s";
  // With the key, when there is one; it is asked for when the service wants one.
  const ask = async (path, accept) => {
    const headers = {Accept: accept};
    const key = sessionStorage.getItem("clave");
    if (key) headers.Authorization = "Bearer " + key;
    const answer = await fetch(path, {headers, cache: "no-store"});
    if (answer.ok) return answer;
    const error = new Error(path + ": " + answer.status);
    error.refused = answer.status === 401 || answer.status === 403;
    if (error.refused) $("llave").hidden = false;
    throw error;
  };
  const fetchJson = async path => (await ask(path, "application/json")).json();

  const card = (value, label) => {
    const made = element("div", undefined, "card");
    made.append(element("b", value), element("span", label));
    return made;
  };
  const showFigures = figures => {
    $("cifras").replaceChildren(
      card(number(figures.total_sagas), "sagas en total"),
      card(number(figures.sagas_ultimo_dia), "en el último día"),
      card(number(figures.tasa_exito) + (figures.tasa_exito === null ? "" : " %"),
           "tasa de éxito"),
      card(seconds(figures.p50), "duración p50"), card(seconds(figures.p95), "duración p95"),
      card(seconds(figures.p99), "duración p99"));
    $("estados").replaceChildren(...states.map(state => {
      const made = element("button", undefined, "card");
      made.type = "button";
      made.setAttribute("aria-pressed", String(chosen === state));
      made.append(element("b", number(figures.por_estado[state] || 0), state),
                  element("span", state));
      made.addEventListener("click", () => {
        chosen = chosen === state ? "" : state;
        dirty = true;
        refresh();
      });
      return made;
    }));
  };

  const sagaRow = saga => {
    const row = element("tr");
    const link = element("a");
    link.href = api + "/sagas/" + encodeURIComponent(saga.saga_id) + "/progreso";
    link.append(element("code", saga.saga_id));
    const first = element("td");
    first.append(link);
    const progress = element("td");
    const bar = element("progress");
    bar.max = 100;
    bar.value = saga.progreso.porcentaje;
    const {pasos_completados: done, pasos_totales: total} = saga.progreso;
    progress.append(bar, " " + done + "/" + total);
    row.append(first, element("td", saga.tipo), element("td", saga.estado, saga.estado), progress,
               element("td", saga.campania_id || "–"),
               element("td", new Date(saga.timestamp_inicio).toLocaleString("es")),
               element("td", seconds(saga.duracion_total_segundos)),
               element("td", (saga.error_mensaje || "").slice(0, 120)));
    return row;
  };
  const participantRow = one => {
    const row = element("tr");
    row.append(element("td", one.microservicio), element("td", one.clase),
               element("td", one.sano ? "sano" : "con fallos", one.sano ? "COMPLETADA" : "FALLIDA"),
               element("td", number(one.llamadas)), element("td", number(one.fallos)),
               element("td", number(one.en_curso)));
    return row;
  };

  // One line a cause; the example links to the saga told in words.
  const causeRow = one => {
    const row = element("tr");
    const link = element("a");
    link.href = api + "/sagas/" + encodeURIComponent(one.ejemplo) + "/explicacion?idioma=es";
    link.append(element("code", one.ejemplo));
    const last = element("td");
    last.append(link);
    row.append(element("td", number(one.cuantas), "REQUIERE_ATENCION"),
               element("td", one.paso || "–"), element("td", one.operacion || "–"),
               element("td", one.microservicio || "–"),
               element("td", new Date(one.desde).toLocaleString("es")),
               element("td", (one.error_mensaje || "").slice(0, 120)), last);
    return row;
  };

  async function refresh() {
    if (busy || locked || document.hidden) return;
    busy = true;
    dirty = false;
    last = Date.now();
    try {
      const filter = chosen ? "&estado=" + chosen : "";
      const [figures, page, served, parked] = await Promise.all([
        fetchJson(api + "/sagas/estadisticas"), fetchJson(api + "/sagas?limite=25" + filter),
        fetchJson(api + "/participantes"), fetchJson(api + "/atencion/causas")]);
      showFigures(figures);
      if (live) say("en vivo", "on");
      $("titulo").textContent = chosen ? "Sagas en estado " + chosen : "Sagas más recientes";
      $("sagas").replaceChildren(...page.sagas.map(sagaRow));
      $("atencion").hidden = parked.causas.length === 0;
      $("causas").replaceChildren(...parked.causas.slice(0, 20).map(causeRow));
      $("participantes").replaceChildren(...served.participantes.map(participantRow));
    } catch (error) {
      locked = Boolean(error.refused);
      say(locked ? "hace falta una clave de API que lo permita" : "sin respuesta: " + error.message,
          "off");
      dirty = true;
    } finally {
      busy = false;
    }
  }

  function say(text, cls) {
    $("vivo").textContent = text;
    $("vivo").className = cls;
  }
  function draw() {
    const top = Math.max(1, ...rates);
    $("grafica").firstElementChild.setAttribute("points",
      rates.map((rate, i) => i + "," + (62 - 60 * rate / top).toFixed(1)).join(" "));
    $("ritmo").textContent = number(rates[rates.length - 1]) + " ahora, máximo " + number(top);
  }

  // An EventSource can't show a key. Only how many events come matters here, so a stream that
  // broke begins anew.
  async function follow() {
    if (locked) return void setTimeout(follow, 1000);
    try {
      const body = (await ask(api + "/eventos", "text/event-stream")).body;
      const reader = body.pipeThrough(new TextDecoderStream()).getReader();
      live = dirty = true;
      say("en vivo", "on");
      let rest = "";
      for (;;) {
        const {done, value} = await reader.read();
        if (done) break;
        const lines = (rest + value).split("\n");
        rest = lines.pop();
        const changes = lines.filter(line => /^event: (saga|paso)$/.test(line)).length;
        count += changes;
        if (changes) dirty = true;
      }
      say("reconectando…", "off");
    } catch (error) {
      if (!error.refused) say("reconectando… " + error.message, "off");
    }
    live = false;
    setTimeout(follow, 2000);
  }

  $("llave").addEventListener("submit", event => {
    event.preventDefault();
    sessionStorage.setItem("clave", $("clave").value.trim());
    $("clave").value = "";
    $("llave").hidden = true;
    locked = false;
    dirty = true;
    refresh();
  });
  // A link to data shows no key either: with one, what it leads to is shown here.
  document.addEventListener("click", async event => {
    const link = event.target.closest("a");
    if (!link || !sessionStorage.getItem("clave") || link.pathname === "/docs") return;
    event.preventDefault();
    try {
      const answer = await ask(link.pathname + link.search, "*/*");
      const text = await answer.text();
      const json = (answer.headers.get("Content-Type") || "").startsWith("application/json");
      $("datos").firstElementChild.textContent = json ? JSON.stringify(JSON.parse(text), null, 2)
                                                      : text;
      $("datos").showModal();
    } catch (error) {
      say(error.message, "off");
    }
  });

  setInterval(() => {
    rates.shift();
    rates.push(count);
    count = 0;
    if (!document.hidden) draw();
    if (dirty || Date.now() - last > 10000) refresh();
  }, 1000);
  document.addEventListener("visibilitychange", refresh);
  draw();
  refresh();
  follow();
})();
)js";

} // namespace sagas::http
