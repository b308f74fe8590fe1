"""The same DCGAN steps in PyTorch, for `nx run tools:bench`.

Written as a careful user would: gradients only where an update needs them, the fakes of D's step
without a graph, gradients set to None, no copies, nothing read back.
"""

import torch
from torch import nn
from torch.nn.functional import binary_cross_entropy_with_logits

# How tensors lie in memory, and whether Adam updates them one by one or all at once.
VARIANTS = ("contiguous", "contiguous, foreach", "channels_last", "channels_last, foreach")

PICTURE_LAYER = {96: (5, 3, 1), 64: (4, 2, 1)}


def generator(config):
    filters = config["generatorFilters"]
    widths = [config["latentDim"]] + [filters * scale for scale in (8, 4, 2, 1)]
    layers = []
    for index, (inputs, outputs) in enumerate(zip(widths, widths[1:])):
        stride, padding = (2, 1) if index else (1, 0)
        layers += [nn.ConvTranspose2d(inputs, outputs, 4, stride, padding, bias=False)]
        layers += [nn.BatchNorm2d(outputs), nn.ReLU(inplace=True)]
    picture_layer = PICTURE_LAYER[config["imageSize"]]
    return nn.Sequential(*layers, nn.ConvTranspose2d(filters, 3, *picture_layer, bias=False), nn.Tanh())


def discriminator(config):
    filters = config["discriminatorFilters"]
    layers = [nn.Conv2d(3, filters, *PICTURE_LAYER[config["imageSize"]], bias=False)]
    layers += [nn.LeakyReLU(0.2, inplace=True)]
    for width in (filters, 2 * filters, 4 * filters):
        layers += [nn.Conv2d(width, 2 * width, 4, 2, 1, bias=False)]
        layers += [nn.BatchNorm2d(2 * width), nn.LeakyReLU(0.2, inplace=True)]
    return nn.Sequential(*layers, nn.Conv2d(8 * filters, 1, 4, 1, 0, bias=False))


def build(kind, config, variant):
    """One step of a kind as a function without arguments."""
    torch.manual_seed(config["seed"])
    layout = torch.channels_last if variant.startswith("channels_last") else torch.contiguous_format
    count, size = config["batchSize"], config["imageSize"]
    netg = generator(config).to(memory_format=layout)
    netd = discriminator(config).to(memory_format=layout)
    adam = {"betas": (config["beta1"], 0.999), "foreach": variant.endswith("foreach")}
    adam_g = torch.optim.Adam(netg.parameters(), config["generatorLearningRate"], **adam)
    adam_d = torch.optim.Adam(netd.parameters(), config["discriminatorLearningRate"], **adam)
    real_labels, fake_labels = torch.ones(count, 1, 1, 1), torch.zeros(count, 1, 1, 1)
    real = torch.rand(count, 3, size, size).mul_(2).sub_(1).contiguous(memory_format=layout)
    latents = [torch.randn(count, config["latentDim"], 1, 1) for _ in range(2)]

    def backward(pictures, labels):
        binary_cross_entropy_with_logits(netd(pictures), labels).backward()

    def discriminator_step():
        netd.requires_grad_(True)
        adam_d.zero_grad(set_to_none=True)
        backward(real, real_labels)
        with torch.no_grad():
            fakes = netg(latents[0])
        backward(fakes, fake_labels)
        adam_d.step()

    def generator_step():
        netd.requires_grad_(False)
        adam_g.zero_grad(set_to_none=True)
        backward(netg(latents[1]), real_labels)
        adam_g.step()

    def iteration():
        discriminator_step()
        generator_step()

    return {"discriminator": discriminator_step, "generator": generator_step, "iteration": iteration}[kind]
