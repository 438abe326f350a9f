import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import { capture } from '../../infra/test/capture.ts';
import { named, ofType } from '../../infra/test/graph.ts';

const told = { config: { 'app:phrase': 'swordfish' }, secretKeys: ['app:phrase'] };

class Pair extends pulumi.ComponentResource {
  constructor(name: string) {
    super('app:test:Pair', name);
    const key = new aws.kms.Key(name, { enableKeyRotation: true }, { parent: this, protect: true });
    new aws.secretsmanager.Secret(name, { kmsKeyId: key.arn }, { parent: this });
    this.registerOutputs();
  }
}

test('a captured node has its options, its parent, what it was made from and the mark of a secret', async () => {
  const { graph, outputs, secretOutputs } = await capture(() => {
    new Pair('pair');
    const phrase = new pulumi.Config('app').requireSecret('phrase');
    new aws.ssm.Parameter('parameter', { type: 'SecureString', value: phrase });
    return { phrase, plain: 'plain' };
  }, told);
  const [key] = ofType(graph, 'aws:kms/key:Key');
  const [secret] = ofType(graph, 'aws:secretsmanager/secret:Secret');
  const [parameter] = ofType(graph, 'aws:ssm/parameter:Parameter');
  assert.equal(key?.options.protect, true);
  assert.match(key?.parent ?? '', /app:test:Pair::pair$/);
  assert.match(key?.arn ?? '', /^arn:aws:kms:[a-z0-9-]+:\d{12}:key\/[0-9a-f-]{36}$/);
  assert.equal(named(graph, secret?.inputs['kmsKeyId']), key);
  assert.deepEqual(parameter?.secretPaths, ['value']);
  assert.deepEqual([outputs, secretOutputs], [{ phrase: 'swordfish', plain: 'plain' }, ['phrase']]);
  assert.deepEqual(
    graph.map(({ urn }) => urn),
    graph.map(({ urn }) => urn).toSorted(),
  );
});

test('two resources of one name, and a lookup in the cloud, end the capture', async () => {
  const twins = () => {
    new aws.kms.Key('twin', { description: 'one' });
    new aws.kms.Key('twin', { description: 'two' });
    return {};
  };
  await assert.rejects(capture(twins), /two resources of one name/);
  await assert.rejects(
    capture(async () => ({ image: await aws.ec2.getAmi({}) })),
    /looked up in the cloud/,
  );
});
