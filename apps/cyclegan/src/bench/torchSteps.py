"""The same CycleGAN steps in PyTorch, for `nx run tools:bench`.

Written as a careful user would: gradients only where an update needs them, the fakes of D's step
without a graph, gradients set to None, no copies, nothing read back. Two pictures that go through
one network anyway go through it as one batch: with instance norm that changes no number.
"""

import random

import torch
from torch import nn
from torch.nn.functional import l1_loss

# How tensors lie in memory, and whether Adam updates them one by one or all at once.
VARIANTS = ("contiguous", "contiguous, foreach", "channels_last", "channels_last, foreach")


class ResnetBlock(nn.Module):
    def __init__(self, channels):
        super().__init__()
        half = lambda: [nn.ReflectionPad2d(1), nn.Conv2d(channels, channels, 3), nn.InstanceNorm2d(channels)]
        self.body = nn.Sequential(*half(), nn.ReLU(inplace=True), *half())

    def forward(self, x):
        return x + self.body(x)


def generator(config):
    filters = config["filters"]
    after = lambda width: [nn.InstanceNorm2d(width), nn.ReLU(inplace=True)]
    layers = [nn.ReflectionPad2d(3), nn.Conv2d(3, filters, 7), *after(filters)]
    for width in (filters, 2 * filters):
        layers += [nn.Conv2d(width, 2 * width, 3, 2, 1), *after(2 * width)]
    layers += [ResnetBlock(4 * filters) for _ in range(config["blocks"])]
    for width in (4 * filters, 2 * filters):
        if config["upsampling"] == "nearest":
            layers += [nn.Upsample(scale_factor=2), nn.Conv2d(width, width // 2, 3, 1, 1)]
        else:
            layers += [nn.ConvTranspose2d(width, width // 2, 3, 2, 1, output_padding=1)]
        layers += after(width // 2)
    return nn.Sequential(*layers, nn.ReflectionPad2d(3), nn.Conv2d(filters, 3, 7), nn.Tanh())


def discriminator(config):
    filters = config["discriminatorFilters"]
    layers = [nn.Conv2d(3, filters, 4, 2, 1), nn.LeakyReLU(0.2, inplace=True)]
    for scale, stride in ((1, 2), (2, 2), (4, 1)):
        layers += [nn.Conv2d(scale * filters, 2 * scale * filters, 4, stride, 1)]
        layers += [nn.InstanceNorm2d(2 * scale * filters), nn.LeakyReLU(0.2, inplace=True)]
    return nn.Sequential(*layers, nn.Conv2d(8 * filters, 1, 4, 1, 1))


class Pool:
    """The history of fakes, image by image."""

    def __init__(self, size):
        self.size, self.images = size, []

    def query(self, fakes):
        shown = []
        for fake in fakes.split(1):
            if len(self.images) < self.size:
                self.images.append(fake)
            elif random.random() > 0.5:
                index = random.randrange(self.size)
                self.images[index], fake = fake, self.images[index]
            shown.append(fake)
        return torch.cat(shown)


def build(kind, config, variant):
    """One step of a kind as a function without arguments."""
    torch.manual_seed(config["seed"])
    random.seed(config["seed"])
    layout = torch.channels_last if variant.startswith("channels_last") else torch.contiguous_format
    count, size = config["batchSize"], config["imageSize"]
    place = lambda module: module.to(memory_format=layout)
    picture = lambda: torch.rand(count, 3, size, size).mul_(2).sub_(1).contiguous(memory_format=layout)
    if kind == "inference":
        return translation(config, place, picture)
    g_ab, g_ba = place(generator(config)), place(generator(config))
    d_a, d_b = place(discriminator(config)), place(discriminator(config))
    adam = {"betas": (config["beta1"], 0.999), "foreach": variant.endswith("foreach")}
    parameters = lambda *networks: [p for network in networks for p in network.parameters()]
    adam_g = torch.optim.Adam(parameters(g_ab, g_ba), config["generatorLearningRate"], **adam)
    adam_d = torch.optim.Adam(parameters(d_a, d_b), config["discriminatorLearningRate"], **adam)
    real_a, real_b = picture(), picture()
    pools = [Pool(config["poolSize"]) for _ in range(2)]
    shown = [picture(), picture()]
    cycle, identity = config["lambdaCycle"], config["lambdaIdentity"]
    distance = lambda logits, target: (logits - target).square().mean()

    def generator_step():
        d_a.requires_grad_(False)
        d_b.requires_grad_(False)
        adam_g.zero_grad(set_to_none=True)
        fake_b, same_b = g_ab(torch.cat([real_a, real_b])).split(count)
        fake_a, same_a = g_ba(torch.cat([real_b, real_a])).split(count)
        loss = distance(d_b(fake_b), 1) + distance(d_a(fake_a), 1)
        loss = loss + cycle * (l1_loss(g_ba(fake_b), real_a) + l1_loss(g_ab(fake_a), real_b))
        loss = loss + cycle * identity * (l1_loss(same_a, real_a) + l1_loss(same_b, real_b))
        loss.backward()
        adam_g.step()
        shown[:] = [pool.query(fake.detach()) for pool, fake in zip(pools, (fake_a, fake_b))]

    def discriminator_step():
        d_a.requires_grad_(True)
        d_b.requires_grad_(True)
        adam_d.zero_grad(set_to_none=True)
        for network, real, fake in ((d_a, real_a, shown[0]), (d_b, real_b, shown[1])):
            real_logits, fake_logits = network(torch.cat([real, fake])).split(count)
            (0.5 * (distance(real_logits, 1) + distance(fake_logits, 0))).backward()
        adam_d.step()

    def iteration():
        generator_step()
        discriminator_step()

    return {"generator": generator_step, "discriminator": discriminator_step, "iteration": iteration}[kind]


def translation(config, place, picture):
    network, images = place(generator(config)).eval(), picture()

    @torch.inference_mode()
    def translate():
        network(images)

    return translate
