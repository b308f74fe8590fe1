import { main, trainCommand } from '@gan-zoo/core';
import { animeDcgan } from './definition.ts';

await main({
  name: animeDcgan.name,
  description: 'Trains a DCGAN on avatars, or on any folder of pictures, and draws new ones',
  version: animeDcgan.version,
  commands: [trainCommand(animeDcgan, ['--data ~/pictures', '--preset small --minutes 5'])],
});
