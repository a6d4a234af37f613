// What a user of Node's undici does: client.mjs CASE URL. Ends with 0 if all was as it should be.
import assert from 'node:assert';
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { Client, Pool, request } from 'undici';

const [name, base] = process.argv.slice(2);
const body = Buffer.alloc(3 << 20, 'abcdefg');

async function token(client) {
  const answer = await client.request({ path: '/api/execute', method: 'POST', body: '{"script":"whoami()"}' });
  return (await answer.body.json()).result[0].token;
}

async function upload(sent) {
  const answer = await request(base + '/sink', { method: 'POST', body: sent });
  assert.deepEqual(await answer.body.json(), { bytes: body.length, sha256: createHash('sha256').update(body).digest('hex') });
}

const cases = {
  'keeps-its-token': async () => {
    const client = new Client(base);
    const seen = new Set();
    for (let i = 0; i < 5; i++) seen.add(await token(client));
    assert.equal(seen.size, 1);
    await client.close();
  },
  uploads: () => upload(body),
  'uploads-in-chunks': () => upload(Readable.from([body.subarray(0, 100000), body.subarray(100000)])),
  downloads: async () => {
    for (const path of ['/bytes?n=5000000', '/bytes?n=5000000&chunked']) {
      const answer = await request(base + path);
      assert.equal((await answer.body.arrayBuffer()).byteLength, 5000000);
    }
  },
  'is-told-errors': async () => {
    const answer = await request(base + '/api/login', { method: 'POST', body: '{"username":"a","password":"b"}' });
    assert.equal(answer.statusCode, 403);
    assert.match((await answer.body.json()).message, /^TPP: /);
  },
  'has-a-pool': async () => {
    const pool = new Pool(base, { connections: 3 });
    const tokens = await Promise.all(Array.from({ length: 30 }, () => token(pool)));
    assert.ok(new Set(tokens).size <= 3);
    await pool.close();
  },
};
await cases[name]();
process.exit(0);
