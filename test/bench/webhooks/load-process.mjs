import { createHmac, randomUUID } from 'node:crypto';
import { load } from '../service/load.mjs';

// A provider: each delivery has an id of its own, a body of the size that was asked for, and a signature over both.
process.on('message', async ({ port, secret, bodyBytes, connections, seconds }) => {
  try {
    const bytes = signed(Buffer.from(secret.slice('whsec_'.length), 'base64'), bodyBytes);
    process.send?.({ done: await load(port, bytes, 202, seconds, connections) });
  } catch (error) {
    process.send?.({ done: { error: String(error) } });
  }
});

/**
 * @param {Buffer} key
 * @param {number} bodyBytes
 */
function signed(key, bodyBytes) {
  const body = bodyOf(bodyBytes);
  return () => {
    const id = `msg_${randomUUID()}`;
    const time = Math.floor(Date.now() / 1000);
    const mac = createHmac('sha256', key).update(`${id}.${time}.${body}`).digest('base64');
    return (
      `POST /webhooks/bench HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\n` +
      `content-length: ${body.length}\r\nuser-agent: provider/1.0\r\naccept: */*\r\n` +
      `webhook-id: ${id}\r\nwebhook-timestamp: ${time}\r\nwebhook-signature: v1,${mac}\r\n\r\n${body}`
    );
  };
}

/** @param {number} bytes */
function bodyOf(bytes) {
  const [before, after] = ['{"type":"thing.changed","text":"', '"}'];
  return before + 'x'.repeat(bytes - before.length - after.length) + after;
}
