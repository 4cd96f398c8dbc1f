// SPDX-License-Identifier: GPL-2.0-only
// A scenario as bytes, for fuzzers: every byte string is a valid scenario, and a small edit of the
// bytes is a small edit of the scenario.
//
// Covers: layout, operations, faults, switches and the revision's place in a table of ids. Does not
// cover: title, source, what it shows, expectations, the open flag, actors' own names (they become actor0,
// actor1, ...) and ids of revisions outside the table; those live in text only. For every other scenario s that
// text can hold decode(encode(s)) is s; and for all bytes b decode(encode(decode(b))) is decode(b).
//
// Byte 0 is the revision's index + 1; 0 or beyond the table: none. Then records follow, a tag byte
// (modulo 64) and a payload whose size the tag gives; bytes missing at the end are 0, numbers of
// more than a byte are little-endian. Tags 0 to 16 are the kinds in this order, the others repeat
// the kinds so that random bytes hold what makes runs interesting:
//
//     tag kind               payload                                        bytes  tags of 64
//       0 soft reserved      grid, node (255: none)                             4  5
//       1 HMAT entry         grid, node (255: none)                             4  2
//       2 window             number % 16, grid                                  4  5
//       3 region             number % 16, grid, traits                          5  6
//       4 config             flags                                              1  1
//       5 actor              -                                                  0  5
//       6 operation          code % codes, operand                              2  20
//       7 hmem.N operation   code % device codes, N                             3  2
//       8 indexed switch     gap - 1, pick                                      2  5
//       9 wide switch        gap - 1 (2), pick                                  3  1
//      10 named switch       role, point, object, arrival, target              18  1
//      11 nth fault          role, count                                        8  2
//      12 named fault        role, site, object, count                         13  1
//      13 exact soft res.    start (8), end (8), node + 1 (2)                  18  1
//      14 exact HMAT         start (8), end (8), node + 1 (2)                  18  1
//      15 exact window       number % 16, start (8), end (8)                   17  1
//      16 exact region       number % 16, start (8), end (8), traits           18  1
//      59 indexed stop       gap - 1 (2), pick                                  3  1
//      60 wide config        flags, modules built in, drivers probed async      3  1
//      61 second device      grid, node (255: none)                             4  1
//      62 exact second d.    start (8), end (8), node + 1 (2)                  18  1
//
//     grid    s, l, nudge: from 4 GiB + (s % 32) * 256 MiB on, (1 + l % 8) * 256 MiB long; the
//             nudge's low and high nibble move the start and the end: 0-11 not, 12-15 by +1, -1,
//             +2 MiB, -2 MiB
//     traits  bits 0-1 assembly, bits 2-3 mode (% 3), bit 4 system_ram
//     config  % 64; below 16: bits 0-3 switch off dev_dax_cxl, dev_dax_hmem, cxl_region and switch
//             on hmem_disable; else the defaults. The last record of either kind counts
//     wide    flags below 32: as above, bit 4 switches on kmem_remove_fails; the other two are a bit
//             for each word of their table, no bits if any is beyond it
//     second device: what hmem_platform.1 walks; the last such record counts
//     point   modulo the points and two: the last but one is a block on the object, the last one the
//             end of a task, of which the object is ignored
//     code    modulo the operations; those on hmem_platform.1 only if the layout has it
//     operand of a module: modulo the modules. Of a region: modulo the regions of the whole layout, dropped if it
//             has none. Of a device, below 128: modulo the list hmem_platform.0, cxl_acpi,
//             hmem_platform.1 if the layout has it, the regions, hmem#0 to hmem#15; from 128 on modulo that list without the hmem#K
//     name    word % words, number (2), part: 0xf000 and up is no number, up to 9999 is itself, the
//             rest is modulo 4; part is read for dax only
//     role    kind % kinds, name: of an actor the first byte, modulo the actors of the whole scenario
//             (switch or fault dropped if it has none); of modprobe the first byte is a
//             module, as above; of probe the first byte indexes the devices; others ignore it
//     count   c, wide (2): c = 255: wide % 65535 + 1, below 16: c + 1, else c % 4 + 1
//
// Operations before the first actor record start an actor of their own. What exceeds a bound is
// ignored; a window's or region's number already taken becomes the lowest free one; exact ranges
// with start after end are read the other way round.
#pragma once

#include "scenario/scenario.hpp"

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace scenario {

using RevisionIds = std::span<const std::string_view>; // at most 255

Scenario decode(std::span<const std::uint8_t> bytes, RevisionIds revision_ids);
// The same, in place of what `scenario` was: whoever decodes many allocates little.
void decode(std::span<const std::uint8_t> bytes, RevisionIds revision_ids, Scenario &scenario);

// The canonical bytes: lowest tags, grid ranges where they are exact. Takes valid scenarios, as
// text yields them; what the wire form cannot carry is left out.
std::vector<std::uint8_t> encode(const Scenario &scenario, RevisionIds revision_ids);

} // namespace scenario
