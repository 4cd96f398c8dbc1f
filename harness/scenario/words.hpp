// SPDX-License-Identifier: GPL-2.0-only
// The words a scenario's text is made of: ranges, objects, roles, points, sites, and the sentence a
// person reads when one of them is unknown.
//
// Covers: reading and printing of single words, and the tables of words that text and wire form
// share. Does not cover: operations, switches and faults (sentences.hpp), TOML (text.hpp).
//
// A reading function returns nullopt and puts into `why` what is wrong and what is allowed. Reading
// is strict: only what the printing function prints is read, save for the case of hexadecimal
// digits and zeros before them.
#pragma once

#include "scenario/scenario.hpp"

#include <array>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace scenario {

using kernel::Word;
using Actors = std::span<const Actor>;

// The texts of a table of words.
template <std::size_t Size>
std::array<std::string_view, Size> texts_of(const std::array<Word, Size> &table)
{
    std::array<std::string_view, Size> texts;
    for (std::size_t i = 0; i < Size; ++i)
        texts[i] = kernel::word_text(table[i]);
    return texts;
}

// The roles a switch or a fault can name, besides which there are none. The index is part of the
// wire form: new ones are appended.
inline constexpr std::array role_kinds = {
    Word::actor,         Word::boot,  Word::epilogue, Word::resolution,     Word::cxl_register,
    Word::cxl_enumerate, Word::probe, Word::modprobe, Word::deferred_probe, Word::cxl_attach};

// The devices that can be probed, and hence stand in `probe:DEVICE`. Appended to, likewise.
inline constexpr std::array probe_words = {Word::hmem_platform, Word::hmem,       Word::dax,
                                           Word::region,        Word::dax_region, Word::mem,
                                           Word::slow,          Word::cxl_acpi,   Word::cxl_pci};

// Indexed by Assembly and Mode.
inline constexpr std::array<std::string_view, 4> assembly_words = {"ok", "fail", "late", "none"};
inline constexpr std::array<std::string_view, 3> mode_words = {"ram", "pmem", "type2"};

inline constexpr std::size_t words_count = static_cast<std::size_t>(Word::count_);
inline constexpr std::size_t points_count = static_cast<std::size_t>(kernel::Point::count_);
inline constexpr std::size_t sites_count = static_cast<std::size_t>(kernel::Site::count_);

// Largest number a name carries, as in kernel::parse_name.
inline constexpr int name_number_max = 9999;
inline constexpr std::size_t actor_name_bytes_max = 16;
inline constexpr std::size_t revision_bytes_max = 32;
inline constexpr std::size_t identity_bytes_max = 160;
inline constexpr std::size_t entry_bytes_max = 48;

bool is_numbered(Word word);

// The text in quotes, cut and escaped so that it is safe and short in a message. (Not `quoted`: of a
// std::string that finds std::quoted as well.)
std::string in_quotes(std::string_view text);

// "a, b, c".
std::string listed(std::span<const std::string_view> allowed);

// "unknown point 'queue_wrok', did you mean 'queue_work'? (allowed: operation, queue_work, ...)".
std::string unknown_word(std::string_view what, std::string_view word,
                         std::span<const std::string_view> allowed);

// Index of the word in the table, or nullopt with the sentence above.
std::optional<std::size_t> read_word(std::string_view what, std::string_view word,
                                     std::span<const std::string_view> allowed, std::string &why);

// A decimal number without sign or leading zeros; `smallest` and `largest` are inclusive.
std::optional<unsigned> read_number(std::string_view what, std::string_view digits,
                                    unsigned smallest, unsigned largest, std::string &why);

// "0x850000000-0x284fffffff", both ends inclusive.
std::optional<Range> read_range(std::string_view text, std::string &why);
std::string range_text(Range range);

// A device, driver, module, work item, lock or tree. A word that carries a number stands without it
// for the kind or the driver of that name: `driver_register(hmem)`.
std::optional<kernel::Name> read_object(std::string_view text, std::string &why);

// `word` with its number, which must be below `limit`: windowN and regionN of a layout.
std::optional<std::int16_t> read_numbered(Word word, std::string_view text, std::size_t limit,
                                          std::string &why);

// One of the modules.
std::optional<kernel::Name> read_module(std::string_view text, std::string &why);

// An actor's own name, boot, epilogue, a work item, probe:DEVICE or modprobe:MODULE.
std::optional<kernel::Role> read_role(std::string_view text, Actors actors, std::string &why);
std::string role_text(kernel::Role role, Actors actors);

std::optional<kernel::Point> read_point(std::string_view text, std::string &why);
std::optional<kernel::Site> read_site(std::string_view text, std::string &why);

// An actor's name, which must never read as another role or as a switch.
std::optional<std::string> read_actor_name(std::string_view text, std::string &why);

// An id as revisions have one, "v7-static-init"; that it exists is for others to say.
std::optional<std::string> read_revision(std::string_view text, std::string &why);

// "property:cause": an id, and printable ASCII without spaces; or not_fired or not_applicable.
std::optional<std::string> read_identity(std::string_view text, std::string &why);

// "V7-1", "V8-3a" of the catalogue; "T-S1", "T-T0a", "T-T2.1", a posted layout; "window-withdrawn", a
// finding of our own.
std::optional<std::string> read_entry(std::string_view text, std::string &why);
// Not a finding of our own.
bool is_catalogued(std::string_view entry);

// "0xSTART-0xEND owner" of [owners], with one of owner_words.
std::string owner_text(Range range, Owner owner);
std::optional<std::string> read_owner(std::string_view text, std::string &why);

} // namespace scenario
