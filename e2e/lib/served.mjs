import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Banner, binary } from './banner.mjs';

const READY_WITHIN = 120_000;

/**
 * Starts `naheya serve` in an empty folder of its own, as on the first day: nobody has an account yet.
 * @returns {Promise<Served>} it says where the set-up page is
 */
export async function startServed() {
  const folder = mkdtempSync(join(tmpdir(), 'naheya-served-'));
  const flags = ['serve', '--data', join(folder, 'data'), '--key-file', join(folder, 'key'), '--listen', '127.0.0.1:0'];
  const program = spawn(binary(), flags, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
  const stopAtExit = () => program.kill('SIGKILL');
  process.once('exit', stopAtExit);
  try {
    const setUp = await readUntilSetUp(program);
    return new Served(program, { origin: new URL(setUp).origin, people: new Map() }, stopAtExit, { folder, setUp });
  } catch (error) {
    stopAtExit();
    throw error;
  }
}

/** A program on its first day. */
class Served extends Banner {
  constructor(program, told, stopAtExit, { folder, setUp }) {
    super(program, told, stopAtExit);
    this.folder = folder;
    /** The one-time address of the set-up page. */
    this.setUp = setUp;
  }

  async stop() {
    await super.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

function readUntilSetUp(program) {
  const said = [];
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error(`no set-up address in time\n${said.join('\n')}`)), READY_WITHIN);
    const end = (settle, value) => {
      clearTimeout(late);
      settle(value);
    };
    for (const input of [program.stdout, program.stderr]) {
      createInterface({ input }).on('line', (line) => {
        said.push(line);
        const address = line.match(/http:\S+\/set-up\?code=\S+/);
        if (address) end(resolve, address[0]);
      });
    }
    program.once('error', (error) => end(reject, error));
    program.once('exit', (code) => end(reject, new Error(`the program ended with ${code}\n${said.slice(-20).join('\n')}`)));
  });
}
