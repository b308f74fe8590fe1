"""Reads a font with fontTools, and prints what is wrong with it, as JSON.

Usage: checkFont.py font.otf < expected.json, which holds `glyphs`, a list of [codepoint, advance
width], `glyphCount`, and `names` by their number in the table `name`.
"""

import json
import sys

from fontTools import version
from fontTools.pens.boundsPen import BoundsPen
from fontTools.ttLib import TTFont


def main():
    expected = json.load(sys.stdin)
    problems = []
    # Checksums of all tables are compared.
    font = TTFont(sys.argv[1], lazy=False, checkChecksums=2)
    tables = [tag for tag in font.keys() if tag != "GlyphOrder"]
    for tag in tables:
        font[tag]
    cmap, metrics, glyphs = font.getBestCmap(), font["hmtx"], font.getGlyphSet()
    count = font["maxp"].numGlyphs
    if count != expected["glyphCount"]:
        problems.append(f"{expected['glyphCount']} glyphs expected, {count} there")
    drawn = 0
    boxes = []
    for codepoint, advance in expected["glyphs"]:
        name = cmap.get(codepoint)
        if name is None:
            problems.append(f"U+{codepoint:04X} is not in cmap")
            continue
        if metrics[name][0] != advance:
            problems.append(f"U+{codepoint:04X} is {metrics[name][0]} wide, expected {advance}")
        pen = BoundsPen(glyphs)
        glyphs[name].draw(pen)
        if pen.bounds is None:
            problems.append(f"U+{codepoint:04X} draws nothing")
            continue
        boxes.append(pen.bounds)
        if abs(metrics[name][1] - pen.bounds[0]) > 1:
            problems.append(
                f"U+{codepoint:04X} begins at {pen.bounds[0]}, hmtx says {metrics[name][1]}"
            )
        drawn += 1
    for name_id, text in expected["names"].items():
        found = font["name"].getDebugName(int(name_id))
        if found != text:
            problems.append(f'name {name_id} is "{found}", expected "{text}"')
    print(
        json.dumps(
            {
                "version": version,
                "tables": tables,
                "glyphs": count,
                "drawn": drawn,
                "problems": problems,
            }
        )
    )


main()
