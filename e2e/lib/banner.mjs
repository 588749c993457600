import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const BUILT = fileURLToPath(new URL('../../target/debug/naheya', import.meta.url));
const READY_WITHIN = 120_000;

/** The program under test; NAHEYA_BINARY names another. */
export function binary() {
  return process.env.NAHEYA_BINARY ?? BUILT;
}

/** Whether the program under test has been built. */
export function isBuilt() {
  return existsSync(binary());
}

/** From when until when a Monday has too few weekends of school before it: ends of terms, holidays about fixed days. */
const BREAKS = [['01-01', '02-28'], ['04-20', '05-05'], ['06-15', '08-31'], ['09-14', '10-07'], ['12-15', '12-31']];

/**
 * The next Monday in Shanghai with school on the weekends after it, `2026-11-30`: on any day and at any hour a test meets the
 * same week, all of it still to come. A test asks its banner for it: midnight may pass while it runs.
 */
function monday() {
  const day = new Date(Date.now() + 8 * 3_600_000);
  const told = () => day.toISOString().slice(0, 10);
  const isBreak = () => BREAKS.some(([from, to]) => from <= told().slice(5) && told().slice(5) <= to);
  day.setUTCDate(day.getUTCDate() + ((8 - day.getUTCDay()) % 7 || 7));
  while (isBreak()) day.setUTCDate(day.getUTCDate() + 7);
  return told();
}

/**
 * Starts `naheya demo` on a free port and reads what it prints: one line per role, then `ready http://…`.
 * @param {string[]} flags further flags of the demo
 * @returns {Promise<Banner>} a demo banner of its own, empty of other tests' doings
 */
export async function startBanner(flags = []) {
  const day = monday();
  const program = spawn(binary(), ['demo', '--port', '0', '--day', day, '--patience', '0', ...flags], { stdio: ['ignore', 'pipe', 'pipe'] });
  const stopAtExit = () => program.kill('SIGKILL');
  process.once('exit', stopAtExit);
  try {
    const { origin, people } = await readUntilReady(program);
    return new Banner(program, { day, origin, people }, stopAtExit);
  } catch (error) {
    stopAtExit();
    throw error;
  }
}

/** A running demo. */
export class Banner {
  constructor(program, { day, origin, people }, stopAtExit) {
    this.program = program;
    /** The Monday on which it began, `2026-11-30`. */
    this.day = day;
    /** `http://127.0.0.1:PORT` */
    this.origin = origin;
    this.people = people;
    this.stopAtExit = stopAtExit;
  }

  /** Who signs in as this role: `{ role, login, password, url }`. */
  person(role) {
    const person = this.people.get(role);
    if (!person) throw new Error(`the demo has no ${role}; it has ${[...this.people.keys()].join(', ')}`);
    return person;
  }

  /** Ends it and waits until it has gone. */
  async stop() {
    process.off('exit', this.stopAtExit);
    const gone = new Promise((resolve) => this.program.once('exit', resolve));
    if (this.program.exitCode !== null || this.program.signalCode !== null) return;
    this.program.kill('SIGTERM');
    const hard = setTimeout(() => this.program.kill('SIGKILL'), 10_000);
    await gone;
    clearTimeout(hard);
  }
}

function readUntilReady(program) {
  const people = new Map();
  const said = [];
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error(`the demo was not ready in time\n${said.join('\n')}`)), READY_WITHIN);
    const end = (settle, value) => {
      clearTimeout(late);
      settle(value);
    };
    createInterface({ input: program.stderr }).on('line', (line) => said.push(line));
    createInterface({ input: program.stdout }).on('line', (line) => {
      said.push(line);
      const [role, login, password, url] = line.split('\t');
      if (url) people.set(role, { role, login, password, url });
      if (line.startsWith('ready ')) end(resolve, { origin: line.slice('ready '.length).trim(), people });
    });
    program.once('error', (error) => end(reject, error));
    program.once('exit', (code) => end(reject, new Error(`the demo ended with ${code}\n${said.slice(-20).join('\n')}`)));
  });
}
