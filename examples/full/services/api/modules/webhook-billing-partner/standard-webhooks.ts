// It lives where the sender of our own webhooks finds it too: what signs stands beside what verifies.
export { standardWebhooks } from '@app/platform/webhooks/standard-webhooks';
