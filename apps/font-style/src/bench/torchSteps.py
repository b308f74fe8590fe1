"""The same steps of zi2zi and BicycleGAN in PyTorch, for `nx run tools:bench`.

Written as a careful user would: glyphs are drawn once for both updates, gradients only where an update
needs them, gradients set to None, nothing read back. Convolutions are padded evenly, which PyTorch does
without a copy; their number of operations is that of TensorFlow's SAME. BicycleGAN's glyphs in both
kinds of styles go through the generator as one batch.
"""

import torch
from torch import nn
from torch.nn.functional import (
    avg_pool2d, binary_cross_entropy_with_logits, instance_norm, l1_loss, leaky_relu, mse_loss, relu,
)

# How tensors lie in memory, and whether Adam updates them one by one or all at once.
VARIANTS = ("contiguous", "contiguous, foreach", "channels_last", "channels_last, foreach")


def levels_of(size):
    levels = 0
    while levels < 8 and size % 2 ** (levels + 1) == 0:
        levels += 1
    return levels


class StyledNorm(nn.Module):
    def __init__(self, slots, channels):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(slots, channels))
        self.bias = nn.Parameter(torch.zeros(slots, channels))

    def forward(self, x, styles):
        row = lambda table: table[styles][:, :, None, None]
        return instance_norm(x) * row(self.weight) + row(self.bias)


class Generator(nn.Module):
    def __init__(self, config):
        super().__init__()
        count, filters, slots = levels_of(config["imageSize"]), config["filters"], config["slots"]
        channels, dim = config["channels"], config["embeddingDim"]
        widths = [filters * min(8, 2**level) for level in range(count)]
        self.conditional = config.get("norm") == "conditional"
        self.embedding = nn.Embedding(slots, dim)
        self.embedding.weight.requires_grad_(config["embedding"] == "learned")
        down = lambda i: nn.Conv2d(widths[i - 1] if i else channels, widths[i], 5, 2, 2, bias=i == 0)
        self.down = nn.ModuleList([down(i) for i in range(count)])
        self.down_norms = nn.ModuleList([nn.BatchNorm2d(width) for width in widths[1:]])
        self.up, self.up_norms, self.drop = nn.ModuleList(), nn.ModuleList(), config["dropout"]
        for index in range(count):
            last, inner = index == count - 1, widths[-1 - index]
            outer = channels if last else widths[-2 - index]
            inputs = inner + (dim if index == 0 else inner)
            self.up.append(nn.ConvTranspose2d(inputs, outer, 5, 2, 2, output_padding=1, bias=last))
            if not last:
                self.up_norms.append(StyledNorm(slots, outer) if self.conditional else nn.BatchNorm2d(outer))

    def encode(self, x):
        layers = [self.down[0](x)]
        for conv, norm in zip(self.down[1:], self.down_norms):
            layers.append(norm(conv(leaky_relu(layers[-1], 0.2))))
        return layers

    def forward(self, x, styles):
        layers = self.encode(x)
        code = layers[-1]
        vector = self.embedding(styles)[:, :, None, None].expand(-1, -1, *code.shape[2:])
        x = torch.cat([code, vector], 1)
        for index, conv in enumerate(self.up):
            x = conv(relu(x))
            if index == len(self.up) - 1:
                return torch.tanh(x), code
            norm = self.up_norms[index]
            x = norm(x, styles) if self.conditional else norm(x)
            if index < 3 and self.drop:
                x = nn.functional.dropout(x, self.drop)
            x = torch.cat([x, layers[-2 - index]], 1)


class Judge(nn.Module):
    def __init__(self, config):
        super().__init__()
        filters, width, layers = config["discriminatorFilters"], 2 * config["channels"], []
        for index in range(4):
            outputs = filters * 2**index
            layers.append(nn.Conv2d(width, outputs, 5, 2 if index < 3 else 1, 2, bias=index == 0))
            layers += [nn.BatchNorm2d(outputs)] if index else []
            layers.append(nn.LeakyReLU(0.2, inplace=True))
            width = outputs
        self.body = nn.Sequential(*layers)
        inputs = width * (config["imageSize"] // 8) ** 2
        self.real, self.style = nn.Linear(inputs, 1), nn.Linear(inputs, config["slots"])

    def forward(self, source, images):
        flat = self.body(torch.cat([source, images], 1)).flatten(1)
        return self.real(flat), self.style(flat)


def judged(logits, label):
    return binary_cross_entropy_with_logits(logits, torch.full_like(logits, label))


def zi2zi(config, place, adam):
    count, size, channels = config["batchSize"], config["imageSize"], config["channels"]
    G, D = place(Generator(config)), place(Judge(config))
    adam_g, adam_d, average = adam(G), adam(D), averaging(config, G)
    source, target = pictures(count, channels, size, place), pictures(count, channels, size, place)
    styles = torch.arange(count) % 3
    names = torch.eye(config["slots"])[styles]
    drawn = {}

    def discriminator():
        D.requires_grad_(True)
        adam_d.zero_grad(set_to_none=True)
        fake, _ = drawn["now"]
        (real_logits, real_names), (fake_logits, fake_names) = D(source, target), D(source, fake.detach())
        category = judged_names(real_names, names) + judged_names(fake_names, names)
        (judged(real_logits, 1.0) + judged(fake_logits, 0.0) + category / 2).backward()
        adam_d.step()

    def generator():
        D.requires_grad_(False)
        adam_g.zero_grad(set_to_none=True)
        fake, code = drawn["now"]
        logits, named = D(source, fake)
        constant = mse_loss(G.encode(fake)[-1], code)
        loss = judged(logits, 1.0) + judged_names(named, names) + 15 * constant + 100 * l1_loss(fake, target)
        loss.backward()
        adam_g.step(), average()

    def draw(with_graph):
        with torch.set_grad_enabled(with_graph):
            drawn["now"] = G(source, styles)

    return steps(draw, discriminator, generator, ("discriminator", "generator"))


judged_names = binary_cross_entropy_with_logits


class PlainNorm(nn.Module):
    def __init__(self, channels, nz):
        super().__init__()

    def forward(self, x, z):
        return instance_norm(x)


class AdaptiveNorm(nn.Module):
    def __init__(self, channels, nz):
        super().__init__()
        self.style = nn.Linear(nz, 2 * channels)

    def forward(self, x, z):
        scale, shift = self.style(z)[:, :, None, None].chunk(2, 1)
        return instance_norm(x) * (1 + scale) + shift


class LatentBlock(nn.Module):
    def __init__(self, outer, inner, nz, norm, inside=None, outermost=0):
        super().__init__()
        self.outermost, self.inside = outermost, inside
        down = nn.Conv2d((outermost or outer) + nz, inner, 4, 2, 1)
        up = nn.ConvTranspose2d(2 * inner if inside else inner, outermost or outer, 4, 2, 1)
        self.down = down if outermost else nn.Sequential(nn.LeakyReLU(0.2, inplace=True), down)
        self.up = nn.Sequential(nn.ReLU(inplace=True), up)
        self.down_norm = norm(inner, nz) if inside and not outermost else None
        self.up_norm = None if outermost else norm(outer, nz)

    def forward(self, x, z):
        y = self.down(torch.cat([x, z[:, :, None, None].expand(-1, -1, *x.shape[2:])], 1))
        y = self.down_norm(y, z) if self.down_norm else y
        y = self.up(self.inside(y, z) if self.inside else y)
        return y.tanh() if self.outermost else torch.cat([self.up_norm(y, z), x], 1)


class EncoderBlock(nn.Module):
    def __init__(self, inputs, outputs):
        super().__init__()
        norm, act = lambda: nn.InstanceNorm2d(inputs), lambda: nn.LeakyReLU(0.2, inplace=True)
        first, second = nn.Conv2d(inputs, inputs, 3, 1, 1), nn.Conv2d(inputs, outputs, 3, 1, 1)
        self.body = nn.Sequential(norm(), act(), first, norm(), act(), second, nn.AvgPool2d(2))
        self.shortcut = nn.Sequential(nn.AvgPool2d(2), nn.Conv2d(inputs, outputs, 1))

    def forward(self, x):
        return self.body(x) + self.shortcut(x)


class Encoder(nn.Module):
    def __init__(self, config):
        super().__init__()
        filters, nz = config["filters"], config["latentDim"]
        blocks = max(1, (config["imageSize"] // 16).bit_length() - 1)
        widths = [filters * min(4, block + 1) for block in range(blocks + 1)]
        self.body = nn.Sequential(
            nn.Conv2d(config["channels"], filters, 4, 2, 1),
            *[EncoderBlock(a, b) for a, b in zip(widths, widths[1:])],
            nn.LeakyReLU(0.2, inplace=True),
        )
        self.mean, self.log_variance = nn.Linear(widths[-1], nz), nn.Linear(widths[-1], nz)

    def forward(self, x):
        features = self.body(x).mean((2, 3))
        return self.mean(features), self.log_variance(features)


class PlainEncoder(nn.Module):
    def __init__(self, config):
        super().__init__()
        filters, nz, count = config["filters"], config["latentDim"], (config["imageSize"] // 4).bit_length() - 1
        widths = [config["channels"]] + [filters * min(8, 2**layer) for layer in range(count)]
        convs = [nn.Conv2d(a, b, 4, 2, 1) for a, b in zip(widths, widths[1:])]
        layers = [layer for conv in convs for layer in (conv, nn.LeakyReLU(0.2, inplace=True))]
        self.body = nn.Sequential(*layers, nn.Flatten())
        units = widths[-1] * (config["imageSize"] >> count) ** 2
        self.mean, self.log_variance = nn.Linear(units, nz), nn.Linear(units, nz)

    def forward(self, x):
        features = self.body(x)
        return self.mean(features), self.log_variance(features)


class TwoScales(nn.Module):
    def __init__(self, config):
        super().__init__()
        filters, channels = config["discriminatorFilters"], config["channels"]
        self.whole, self.smaller = Patches(channels, filters), Patches(channels, filters // 2)
        self.down = nn.AvgPool2d(3, 2, 1, count_include_pad=False)

    def forward(self, x):
        return self.whole(x), self.smaller(self.down(x))


class Patches(nn.Module):
    """What four layers make of pictures, and logits last."""

    def __init__(self, channels, filters):
        super().__init__()
        self.stages = nn.ModuleList(
            [nn.Sequential(nn.Conv2d(channels, filters, 4, 2, 1), nn.LeakyReLU(0.2, inplace=True))]
        )
        for scale, stride in ((1, 2), (2, 2), (4, 1)):
            conv = nn.Conv2d(scale * filters, 2 * scale * filters, 4, stride, 1)
            norm = nn.InstanceNorm2d(2 * scale * filters)
            self.stages.append(nn.Sequential(conv, norm, nn.LeakyReLU(0.2, inplace=True)))
        self.stages.append(nn.Conv2d(8 * filters, 1, 4, 1, 1))

    def forward(self, x):
        results = []
        for stage in self.stages:
            results.append(x := stage(x))
        return results


def latent_unet(config):
    widths = [config["filters"] * min(8, 2**level) for level in range(levels_of(config["imageSize"]))]
    block, nz = None, config["latentDim"]
    norm = AdaptiveNorm if config.get("norm") == "conditional" else PlainNorm
    for outer, inner in reversed(list(zip(widths, widths[1:]))):
        block = LatentBlock(outer, inner, nz, norm, block)
    return LatentBlock(widths[0], widths[0], nz, norm, block, outermost=config["channels"])


def squared(maps, label):
    return sum((stages[-1] - label).square().mean() for stages in maps)


def pyramid(images, targets):
    return sum(l1_loss(avg_pool2d(images, size), avg_pool2d(targets, size)) for size in (2, 4, 8)) / 3


def alike(maps, wanted):
    pairs = [pair for a, b in zip(maps, wanted) for pair in zip(a[:-1], b[:-1])]
    return sum(l1_loss(a, b) for a, b in pairs) / len(pairs)


def bicycle(config, place, adam):
    count, size, channels, nz = (config[key] for key in ("batchSize", "imageSize", "channels", "latentDim"))
    half = count // 2
    encoder = {"residual": Encoder, "plain": PlainEncoder}[config["encoder"]]
    G, E = place(latent_unet(config)), place(encoder(config))
    D, D2 = place(TwoScales(config)), place(TwoScales(config))
    adam_g, adam_e, adam_d, adam_d2 = (adam(network) for network in (G, E, D, D2))
    average = averaging(config, G, E)
    source, target = pictures(half, channels, size, place), pictures(count, channels, size, place)
    both, drawn = torch.cat([source, source]), {}
    latents = torch.randn(half, nz)

    def draw(with_graph):
        with torch.set_grad_enabled(with_graph):
            mean, log_variance = E(target[:half])
            style = mean + torch.randn_like(mean) * (0.5 * log_variance).exp()
            drawn["now"] = (*G(both, torch.cat([style, latents])).split(half), mean, log_variance)

    def generator():
        D.requires_grad_(False), D2.requires_grad_(False)
        adam_g.zero_grad(set_to_none=True), adam_e.zero_grad(set_to_none=True)
        encoded, random, mean, log_variance = drawn["now"]
        kl = 0.5 * (mean.square() + log_variance.exp() - log_variance - 1).sum(1).mean()
        judged = D(encoded)
        loss = squared(judged, 1) + squared(D2(random), 1) + 0.01 * kl
        loss = loss + config_l1(config) * l1_loss(encoded, target[:half])
        if config["lambdaPyramid"]:
            loss = loss + config["lambdaPyramid"] * pyramid(encoded, target[:half])
        if config["lambdaFeature"]:
            with torch.no_grad():
                wanted = D(target[:half])
            loss = loss + config["lambdaFeature"] * alike(judged, wanted)
        E.requires_grad_(False)
        loss = loss + 0.5 * l1_loss(E(random)[0], latents)
        E.requires_grad_(True)
        loss.backward()
        adam_e.step(), adam_g.step(), average()

    def discriminator():
        shown = ((D, adam_d, target[:half], drawn["now"][0]), (D2, adam_d2, target[half:], drawn["now"][1]))
        for network, optimizer, real, fake in shown:
            network.requires_grad_(True)
            optimizer.zero_grad(set_to_none=True)
            maps = [stages[-1].split(half) for stages in network(torch.cat([real, fake.detach()]))]
            (squared([m[:1] for m in maps], 1) + squared([m[1:] for m in maps], 0)).backward()
            optimizer.step()

    return steps(draw, discriminator, generator, ("generator", "discriminator"))


def averaging(config, *networks):
    """Moves averages of the networks' weights on, where the configuration asks for them."""
    share = 1 - config["emaDecay"]
    weights = [parameter for network in networks for parameter in network.parameters()]
    averages = [parameter.detach().clone() for parameter in weights] if share < 1 else []

    def move():
        with torch.no_grad():
            for average, parameter in zip(averages, weights):
                average.lerp_(parameter, share)

    return move


def config_l1(config):
    return config.get("lambdaL1") or 10


def steps(draw, discriminator, generator, order):
    """Each kind of step draws once, with a graph where the generator is trained."""
    updates = {"discriminator": discriminator, "generator": generator}

    def only(name):
        draw(name == "generator")
        updates[name]()

    def iteration():
        draw(True)
        for name in order:
            updates[name]()

    return {**{name: (lambda name=name: only(name)) for name in updates}, "iteration": iteration}


def pictures(count, channels, size, place):
    return place(torch.rand(count, channels, size, size) * 2 - 1)


def build(kind, config, variant):
    """One step of a kind as a function without arguments."""
    torch.manual_seed(config["seed"])
    layout = torch.channels_last if variant.startswith("channels_last") else torch.contiguous_format
    place = lambda thing: thing.to(memory_format=layout)
    options = {"betas": (config["beta1"], 0.999), "foreach": variant.endswith("foreach")}
    adam = lambda network: torch.optim.Adam(
        [parameter for parameter in network.parameters() if parameter.requires_grad],
        config["generatorLearningRate"], **options,
    )
    methods = {"zi2zi": zi2zi, "bicycle": bicycle}
    return methods[config["method"]](config, place, adam)[kind]
