// SPDX-License-Identifier: GPL-2.0-only
// Covers: the functions in which a fuzz target ends, by whose names runners tell crashes apart. Does
// not cover: how a runner prints them (scripts/check-oss-fuzz).
#include "fuzz/failure.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>

namespace fuzz {
namespace {

// ClusterFuzz skips frames whose names contain one of these.
constexpr std::string_view skipped_words[] = {"assert", "abort",    "free", "malloc",
                                              "new",    "operator", "main", "fuzzer::"};

bool is_skipped(std::string_view frame)
{
    return std::any_of(std::begin(skipped_words), std::end(skipped_words),
                       [&](auto word) { return frame.find(word) != std::string_view::npos; });
}

properties::Property property_at(std::size_t i) { return static_cast<properties::Property>(i); }

} // namespace

TEST(FailureFrames, NoneIsSkippedByARunner)
{
    EXPECT_TRUE(is_skipped("use_after_free"));
    for (std::size_t i = 0; i < properties::property_count; ++i)
        EXPECT_FALSE(is_skipped(frame_of(property_at(i)))) << frame_of(property_at(i));
}

TEST(FailureFrames, EachPropertyHasItsOwnNamedAfterItUnlessThatIsSkipped)
{
    std::set<std::string_view> frames;
    for (std::size_t i = 0; i < properties::property_count; ++i) {
        const std::string_view frame = frame_of(property_at(i));
        frames.insert(frame);
        std::string name(properties::property_row(property_at(i)).id);
        std::replace(name.begin(), name.end(), '-', '_');
        if (!is_skipped(name))
            EXPECT_EQ(frame, name);
    }
    EXPECT_EQ(frames.size(), properties::property_count);
}

TEST(FailureDeathTest, EveryPropertyEndsTheProcessWithItsOwnRule)
{
    for (const auto property :
         {properties::Property::uninitialized_work, properties::Property::step_budget}) {
        const std::string rule(properties::property_row(property).sentence);
        EXPECT_DEATH(abort_on(property), rule);
    }
}

} // namespace fuzz
