// SPDX-License-Identifier: GPL-2.0-only
// For tests: what every scenario that leaves this room must be.
#pragma once

#include "drivers/registry.hpp"
#include "scenario/scenario.hpp"
#include "scenario/text.hpp"
#include "scenario/wire.hpp"

#include <gtest/gtest.h>

#include <string>
#include <variant>

namespace generators::testing {

// The strict parser takes it, and neither text nor wire form loses anything of it: so nothing exceeds a
// bound or speaks of what is not there.
inline ::testing::AssertionResult is_valid(const scenario::Scenario &scenario)
{
    const std::string text = scenario::print_text(scenario);
    const auto parsed = scenario::parse_text(text);
    if (const auto *error = std::get_if<scenario::TextError>(&parsed))
        return ::testing::AssertionFailure() << error->line << ": " << error->message << '\n'
                                             << text;
    if (!(std::get<scenario::Scenario>(parsed) == scenario))
        return ::testing::AssertionFailure() << "the text says something else:\n" << text;
    const auto ids = drivers::revision_ids();
    if (!(scenario::decode(scenario::encode(scenario, ids), ids) == scenario))
        return ::testing::AssertionFailure() << "the wire form says something else:\n" << text;
    return ::testing::AssertionSuccess();
}

// FNV-1a: a fingerprint to compare with one that is written down.
inline std::uint64_t fingerprint(std::span<const std::uint8_t> bytes,
                                 std::uint64_t hash = 0xcbf29ce484222325)
{
    for (const std::uint8_t byte : bytes)
        hash = (hash ^ byte) * 0x100000001b3;
    return hash;
}

} // namespace generators::testing
