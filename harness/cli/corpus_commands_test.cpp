// SPDX-License-Identifier: GPL-2.0-only
// hmemfuzz reached and distill: many scenarios at once.
#include "cli/testing.hpp"

namespace cli::testing {
namespace {

TEST_F(Command, ReachedCountsTheRunsOfFilesAndFoldersAndNamesWhatNeverCameToBe)
{
    std::filesystem::create_directory(path("corpus"));
    write("corpus/notes.md", "no scenario");
    write("corpus/flush.toml", flush_before_probe);
    write("corpus/wire", "\x01\x02\x03");
    const Ended ended = run("reached corpus flush.toml --revision v7");
    EXPECT_EQ(ended.code, 0);
    EXPECT_NE(ended.out.find("properties that fired: 1 of "), ended.out.npos) << ended.out;
    EXPECT_NE(ended.out.find("\n3 runs"), ended.out.npos) << ended.out;
    const auto json = nlohmann::json::parse(run("reached corpus flush.toml --json").out);
    EXPECT_EQ(json["runs"], 3);
    EXPECT_EQ(json["operations"]["modprobe"]["no range"], 2);
    EXPECT_EQ(json["operations"]["rmmod"]["HMEM"], 0);
    EXPECT_EQ(json["properties"]["uninitialized-work"], 0) << "mainline";
    EXPECT_EQ(json["points"]["operation"], 2);
}

TEST_F(Command, ReachedRefusesWhatItCannotRead)
{
    expect_refused("reached missing", "missing: cannot read: No such file or directory\n");
    write("bad.toml", "title = 3");
    expect_refused("reached bad.toml", "bad.toml:1:9: 'title' must be a string");
    expect_refused("reached", "hmemfuzz reached: PATHS is required");
}

TEST_F(Command, DistillWritesFewScenariosThatAreReadAndSaysWhatTheyAreWorth)
{
    std::filesystem::create_directory(path("few"));
    write("same.toml", flush_before_probe);
    const Ended ended = run("distill flush.toml same.toml -o few --revision v7");
    EXPECT_EQ(ended.code, 0) << ended.err;
    EXPECT_EQ(ended.out.substr(0, 45), "1 scenarios in place of 2 come across the sam")
        << ended.out;
    EXPECT_EQ(run("run few/001.toml --revision v7").code, 1);
    EXPECT_TRUE(read("few/001.toml")
                    .starts_with("# SPDX-License-Identifier: GPL-2.0-only\n\n"
                                 "title = \"modprobe dax_cxl\"\n"));

    std::filesystem::create_directory(path("drawn"));
    std::filesystem::create_directory(path("again"));
    EXPECT_EQ(run("distill --draw 20 --seed 3 -o drawn").code, 0);
    EXPECT_EQ(run("distill --draw 20 --seed 3 -o again").code, 0);
    EXPECT_GT(read("drawn/002.toml").size(), 0u);
    EXPECT_EQ(read("drawn/002.toml"), read("again/002.toml"));
    expect_refused("distill -o few", "there is nothing to distill: name PATHS or --draw");
    expect_refused("distill flush.toml -o nowhere", "-o: nowhere is no folder");
    expect_refused("distill flush.toml -o few --revision v77", "");
}

} // namespace
} // namespace cli::testing
