export { UserError, UsageError } from '@gan-zoo/compiler';
