import { defineGenerator, own } from '../../src/define-generator.ts';

export default defineGenerator({
  id: 'telemetry',
  summary: 'Traces and metrics over OpenTelemetry, sent to one receiver, without data of requests',
  kind: 'module',
  questions: [],
  requires: ['app'],
  files: [own('**')],
  packages: {
    'platform/package.json': {
      'dependencies.@opentelemetry/api': '1.9.1',
      'dependencies.@opentelemetry/core': '2.12.1',
      'dependencies.@opentelemetry/otlp-transformer': '0.223.1',
      'dependencies.@opentelemetry/resources': '2.12.1',
      'dependencies.@opentelemetry/sdk-metrics': '2.12.1',
      'dependencies.@opentelemetry/sdk-trace': '2.12.1',
    },
  },
  environment: [
    {
      name: 'OTEL_EXPORTER_OTLP_ENDPOINT',
      why: 'Where traces and metrics go; off when absent.',
      readBy: 'platform/src/telemetry/module.ts',
    },
  ],
  registers: {
    api: { name: 'telemetry', from: '@app/platform/telemetry/module' },
    env: '@app/platform/telemetry/module',
  },
  controls: ['HOOK-4', 'HOOK-6'],
  nextSteps: () => [
    'OTEL_EXPORTER_OTLP_ENDPOINT=http://localhost:4318 npm start',
    'Read platform/src/telemetry/README.md: what is sent, and what a receiver on AWS needs',
  ],
});
