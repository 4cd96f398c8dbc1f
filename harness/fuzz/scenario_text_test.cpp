// SPDX-License-Identifier: GPL-2.0-only
// Covers: what fuzz_scenario_text asks, on texts of every kind. Does not cover: the text form itself
// (scenario/text_test.cpp).
#include "fuzz/scenario_text.hpp"

#include <gtest/gtest.h>

#include <random>
#include <string>

namespace fuzz {

TEST(ScenarioText, ScenariosAndMistakesAreBothRight)
{
    for (const char *text :
         {"", "\n", "open = true", "title = \"\"\"a\n", "\xff", "a = [", "[layout]\nwindows = 1",
          "[[actor]]\nname = 'a'\nops = ['modprobe dax_cxl']"})
        EXPECT_EQ(broken_rule_of_text(text), "") << text;
}

TEST(ScenarioText, RandomEditsOfAScenarioAreRight)
{
    const std::string scenario = "title = 'ä'\n[layout]\nwindows = [{ name = 'window0', range = "
                                 "'0x0-0xf' }]\n[[actor]]\nname = 'a'\nops = ['rmmod dax_hmem']\n";
    std::mt19937_64 random(1);
    for (int i = 0; i < 2'000; ++i) {
        std::string text = scenario;
        for (auto edits = 1 + random() % 3; edits > 0; --edits)
            text[random() % text.size()] = "\n\"'[]{}=,.#a0\xc3"[random() % 14];
        EXPECT_EQ(broken_rule_of_text(text), "") << text;
    }
}

} // namespace fuzz
