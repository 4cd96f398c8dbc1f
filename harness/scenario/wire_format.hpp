// SPDX-License-Identifier: GPL-2.0-only
// The numbers that both directions of the wire form share; wire.hpp says what they mean.
#pragma once

#include "scenario/sentences.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <numeric>

namespace scenario::wire {

// Columns: kind, number of tags of 64 that mean it, bytes of its payload.
#define SCENARIO_WIRE_KINDS(X)                                                                     \
    X(soft_reserved, 5, 4)                                                                         \
    X(hmat, 2, 4)                                                                                  \
    X(window, 5, 4)                                                                                \
    X(region, 6, 5)                                                                                \
    X(config, 1, 1)                                                                                \
    X(actor, 5, 0)                                                                                 \
    X(operation, 20, 2)                                                                            \
    X(hmem_operation, 2, 3)                                                                        \
    X(indexed_switch, 5, 2)                                                                        \
    X(wide_switch, 1, 3)                                                                           \
    X(named_switch, 1, 18)                                                                         \
    X(nth_fault, 2, 8)                                                                             \
    X(named_fault, 1, 13)                                                                          \
    X(exact_soft_reserved, 1, 18)                                                                  \
    X(exact_hmat, 1, 18)                                                                           \
    X(exact_window, 1, 17)                                                                         \
    X(exact_region, 1, 18)                                                                         \
    X(indexed_stop, 1, 3)                                                                          \
    X(wide_config, 1, 3)                                                                           \
    X(second_device, 1, 4)                                                                         \
    X(exact_second_device, 1, 18)

enum class Kind : std::uint8_t {
#define X(id, tags, bytes) id,
    SCENARIO_WIRE_KINDS(X)
#undef X
        count_,
};

inline constexpr std::size_t kinds_count = static_cast<std::size_t>(Kind::count_);
inline constexpr std::size_t tags_count = 64;

inline constexpr std::array<std::size_t, kinds_count> tags_of_kind = {{
#define X(id, tags, bytes) tags,
    SCENARIO_WIRE_KINDS(X)
#undef X
}};

inline constexpr std::array<std::size_t, kinds_count> payload_bytes = {{
#define X(id, tags, bytes) bytes,
    SCENARIO_WIRE_KINDS(X)
#undef X
}};

// Kinds from here on came later: they took four repetitions of the indexed switch, the kind of
// which there are most, and all other tags kept their meaning.
inline constexpr std::size_t later_kinds = static_cast<std::size_t>(Kind::indexed_stop);
inline constexpr std::size_t later_tags = 59;

// What each tag means: first every kind once, then the repetitions, in order.
constexpr std::array<Kind, tags_count> make_tags()
{
    std::array<Kind, tags_count> tags{};
    std::size_t next = 0;
    for (std::size_t kind = 0; kind < later_kinds; ++kind)
        tags[next++] = static_cast<Kind>(kind);
    for (std::size_t kind = 0; kind < later_kinds; ++kind) {
        for (std::size_t i = 1; i < tags_of_kind[kind]; ++i)
            tags[next++] = static_cast<Kind>(kind);
        if (next == later_tags)
            for (std::size_t i = later_kinds; i < kinds_count; ++i)
                tags[next++] = static_cast<Kind>(i);
    }
    return tags;
}

static_assert(std::accumulate(tags_of_kind.begin(), tags_of_kind.end(), std::size_t{0}) ==
              tags_count);
inline constexpr std::array<Kind, tags_count> tags = make_tags();
static_assert(tags[later_tags] == Kind::indexed_stop && tags[tags_count - 1] == Kind::nth_fault);

// The lowest tag of a kind.
constexpr std::size_t tag_of(Kind kind)
{
    const auto index = static_cast<std::size_t>(kind);
    return index < later_kinds ? index : later_tags + index - later_kinds;
}

inline constexpr std::uint64_t grid_base = std::uint64_t{4} << 30;
inline constexpr std::uint64_t grid_step = std::uint64_t{256} << 20;
inline constexpr std::uint64_t grid_starts = 32;
inline constexpr std::uint64_t grid_lengths = 8;

// By what a nibble moves an end of a range, in bytes, modulo 2^64.
inline constexpr std::uint64_t mib = std::uint64_t{1} << 20;
inline constexpr std::array<std::uint64_t, 16> nudges = {
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0 - std::uint64_t{1}, 2 * mib, 0 - 2 * mib};

inline constexpr std::uint8_t grid_no_node = 255;
inline constexpr unsigned exact_nodes = node_max - no_node + 1;
inline constexpr unsigned config_values = 64;
inline constexpr unsigned config_plain = 16;
inline constexpr unsigned config_wide = 32;
inline constexpr unsigned without_number = 0xf000;
inline constexpr unsigned count_wide = 255;
inline constexpr unsigned count_narrow = 16;
inline constexpr unsigned count_values = 65535;
// What a named switch says of its point: one of them, or that its role blocks or ends there.
inline constexpr unsigned occasion_blocks = points_count;
inline constexpr unsigned occasion_ends = points_count + 1;
inline constexpr unsigned occasions = points_count + 2;
// Operands from here on never mean hmem#K, so that random bytes often name what is sure to exist.
inline constexpr unsigned operand_sure = 128;

inline constexpr std::array<Operand, operation_codes> operands = {{
#define X(id, text, operand, help) Operand::operand,
    SCENARIO_OPERATIONS(X)
#undef X
}};

// The codes whose operand is (or is not) of that kind, in order.
template <Operand operand, bool is> constexpr auto codes_by_operand()
{
    constexpr auto wanted = [](Operand of) { return (of == operand) == is; };
    std::array<OperationCode, std::count_if(operands.begin(), operands.end(), wanted)> codes{};
    std::size_t next = 0;
    for (std::size_t code = 0; code < operation_codes; ++code)
        if (wanted(operands[code]))
            codes[next++] = static_cast<OperationCode>(code);
    return codes;
}

// The operations on a device, which hmem.N can be.
inline constexpr auto device_codes = codes_by_operand<Operand::device, true>();
// Those that every layout has an object for, or may have.
inline constexpr auto usual_codes = codes_by_operand<Operand::added_device, false>();

} // namespace scenario::wire
