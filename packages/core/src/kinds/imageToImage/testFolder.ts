import { UserError } from '@gan-zoo/compiler';

/** Whether a data set has test pictures; it may do without. */
export async function exists(pictures: Promise<object | undefined>): Promise<boolean> {
  try {
    return (await pictures) !== undefined;
  } catch (error) {
    if (error instanceof UserError) return false;
    throw error;
  }
}
