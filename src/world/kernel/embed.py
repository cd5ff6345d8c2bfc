#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""embed.py PROGRAM SOURCE: write a program's bytes as C, for arena.h"""

import sys

with open(sys.argv[1], "rb") as program:
    data = program.read()
with open(sys.argv[2], "w", encoding="ascii") as source:
    source.write('#include "world/kernel/arena.h"\nconst unsigned char actor_image[] = {\n')
    for at in range(0, len(data), 16):
        source.write(",".join(map(str, data[at:at + 16])) + ",\n")
    source.write("};\nconst size_t actor_image_size = sizeof(actor_image);\n")
