#!/usr/bin/env node
// A hotel as a participant of sagas, with Node.js alone: no package, no database.
//
//     node participant.js PORT JOURNAL          (port 0: any free one)
//
// Takes rooms, {"habitaciones": N}, and gives them back. Right under kill -9 and under duplicates at once: a call is
// decided in one go on Node's one thread, and what it changes - what is known of the call, the booking and the
// answer - is one line of the journal, on the disk before the answer leaves. The port is the lock: a second process
// does not get as far as the journal. It is read whole at the start, and never gets shorter.
// With PARTICIPANTE_SECRETO in the environment only calls that are signed with it are heard.
'use strict';
const crypto = require('crypto');
const fs = require('fs');
const http = require('http');
const path = require('path');

const rooms = Number(process.env.PARTICIPANTE_HABITACIONES || 100);
const bodyMax = 1 << 20;
const secret = process.env.PARTICIPANTE_SECRETO || '';

const facts = new Map(); // "saga/step": the newest line of the journal about it
let taken = 0; // rooms
let journal = -1;

function inForce(fact) {
  return fact && fact.actuado && !fact.deshecho ? fact.habitaciones : 0;
}

function learn(fact) {
  const key = `${fact.saga}/${fact.paso}`;
  taken += inForce(fact) - inForce(facts.get(key));
  facts.set(key, fact);
}

function openJournal(file) {
  journal = fs.openSync(file, 'a+', 0o600);
  const folder = fs.openSync(path.dirname(path.resolve(file)), 'r');
  fs.fsyncSync(folder); // the name of a new file must survive, too
  fs.closeSync(folder);
  const bytes = fs.readFileSync(file);
  const end = bytes.lastIndexOf(10) + 1; // a line that was cut short by a crash was never answered
  if (end < bytes.length) {
    fs.ftruncateSync(journal, end);
    fs.fsyncSync(journal);
  }
  for (const line of bytes.subarray(0, end).toString('utf8').split('\n'))
    if (line) learn(JSON.parse(line));
}

// On the disk first, and only then true. After a failed write or sync nobody knows what the disk holds: the process
// ends, callers get no answer, and the next start reads what is there.
function remember(fact) {
  try {
    const line = Buffer.from(JSON.stringify(fact) + '\n');
    for (let at = 0; at < line.length;) at += fs.writeSync(journal, line, at);
    fs.fsyncSync(journal);
  } catch (error) {
    console.error(`the journal fails: ${error.message}`);
    process.exit(1);
  }
  learn(fact);
}

// The effect: what it makes of the fact.
function book(body) {
  const wanted = body && body.habitaciones;
  if (!Number.isSafeInteger(wanted) || wanted < 1)
    return {rechazado: true, salida: {motivo: 'habitaciones debe ser un número desde 1'}};
  if (taken + wanted > rooms) return {rechazado: true, salida: {motivo: 'no quedan habitaciones'}};
  return {actuado: true, habitaciones: wanted, salida: {localizador: crypto.randomBytes(4).toString('hex')}};
}

// What docs/participants.md asks for. Does not wait for anything, so that no other call comes between.
function decide({saga, paso, undo, epoca, body}) {
  const known = facts.get(`${saga}/${paso}`) || {saga, paso, epoca: 0};
  if (epoca < known.epoca) return [412, {motivo: 'la llamada es de una época anterior'}];
  let next = {...known, epoca};
  if (undo) next.deshecho = true;
  else if (!known.deshecho && !known.actuado && !known.rechazado) next = {...next, ...book(body)};
  if (JSON.stringify(next) !== JSON.stringify(known)) remember(next);
  if (undo) return [200, {}];
  if (next.deshecho) return [409, {motivo: 'la acción llegó después de su compensación'}];
  return [next.actuado ? 200 : 409, next.salida];
}

function isSigned(headers, raw) {
  const fields = Object.fromEntries((headers['saga-firma'] || '').split(',').map((part) => part.split('=')));
  const right = crypto.createHmac('sha256', secret).update(`${fields.t}.${headers['idempotency-key']}.`).update(raw);
  const given = Buffer.from(fields.v1 || '', 'hex');
  return given.length === 32 && crypto.timingSafeEqual(right.digest(), given);
}

function answerCall(headers, raw) {
  if (secret && !isSigned(headers, raw)) return [401, {}];
  const op = headers['saga-operacion'];
  const call = {saga: headers['saga-id'], paso: headers['saga-paso'], undo: op === 'compensacion'};
  call.epoca = Number(headers['saga-epoca']);
  try {
    call.body = JSON.parse(raw.toString('utf8'));
  } catch {
    return [400, {}];
  }
  const isEpoch = Number.isSafeInteger(call.epoca) && call.epoca >= 0;
  if (!call.saga || !call.paso || !isEpoch || !['accion', 'compensacion'].includes(op)) return [400, {}];
  return decide(call);
}

// /efectos/SAGA: how often its booking is in force, for `sagas check-participant --effects`.
function effectsOf(saga) {
  let count = 0;
  for (const fact of facts.values()) if (fact.saga === saga && inForce(fact) > 0) ++count;
  return [200, {efectos: count}];
}

function say(response, [status, answer]) {
  response.writeHead(status, {'Content-Type': 'application/json'});
  response.end(JSON.stringify(answer));
}

const server = http.createServer((request, response) => {
  const asks = request.method === 'GET' && request.url.startsWith('/efectos/');
  if (asks) return say(response, effectsOf(request.url.slice(9)));
  if (request.method !== 'POST') return say(response, [404, {}]);
  const parts = [];
  let size = 0;
  request.on('data', (part) => {
    size += part.length;
    if (size > bodyMax) request.destroy();
    else parts.push(part);
  });
  request.on('end', () => say(response, answerCall(request.headers, Buffer.concat(parts))));
});

if (process.argv.length !== 4) {
  console.error('usage: node participant.js PORT JOURNAL');
  process.exit(2);
}
server.listen(Number(process.argv[2]), '127.0.0.1', () => {
  openJournal(process.argv[3]);
  console.log(`listening on http://127.0.0.1:${server.address().port}`);
});
