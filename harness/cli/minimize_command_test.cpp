// SPDX-License-Identifier: GPL-2.0-only
// hmemfuzz minimize and convert: what is written, in which form, and when nothing is.
#include "cli/testing.hpp"

namespace cli::testing {
namespace {

TEST_F(Command, ConvertsToWireAndBack)
{
    const Ended to_wire = run("convert flush.toml -o flush.bin");
    EXPECT_EQ(to_wire.code, 0);
    EXPECT_EQ(to_wire.out, "");
    EXPECT_EQ(to_wire.err.rfind("note: the wire form carries neither title", 0), 0U);
    EXPECT_EQ(run("run flush.bin --revision v7").code, 1);

    const Ended to_text = run("convert flush.bin");
    EXPECT_EQ(to_text.code, 0);
    EXPECT_NE(to_text.out.find("ops = [\"modprobe dax_cxl\"]\n"), to_text.out.npos);
    EXPECT_EQ(run("convert flush.bin -o back.toml").code, 0);
    EXPECT_EQ(read("back.toml"), to_text.out);
    EXPECT_EQ(run("convert back.toml").out, to_text.out);
    EXPECT_EQ(run("convert back.toml -o again.bin").code, 0);
    EXPECT_EQ(read("again.bin"), read("flush.bin"));
    EXPECT_EQ(files(), 4U) << "a temporary file is left";
}

constexpr const char *long_story = R"(# Told by somebody.

title = "long story"
revision = "v7"

[[actor]]
name = "admin"
ops = ["modprobe cxl_acpi", "modprobe dax_hmem", "modprobe dax_cxl", "rmmod dax_cxl"]
)";

TEST_F(Command, MinimizeWritesTheSmallestStoryAndSaysWhatWent)
{
    write("long.toml", long_story);
    const Ended ended = run("minimize long.toml -o small.toml");
    EXPECT_EQ(ended.code, 0);
    EXPECT_EQ(ended.err, "") << "progress in a pipe";
    EXPECT_EQ(
        ended.out.rfind("v7: uninitialized-work:cxl_dax_region_driver_register [violation]\n", 0),
        0U);
    EXPECT_NE(ended.out.find("operations                           4 -> 1\n"), ended.out.npos);
    EXPECT_NE(ended.out.find("minimal after "), ended.out.npos);
    EXPECT_EQ(read("small.toml"),
              "# Told by somebody.\n\ntitle = \"long story\"\nrevision = \"v7\"\n\n"
              "[[actor]]\nname = \"admin\"\nops = [\"modprobe dax_cxl\"]\n");
    EXPECT_EQ(run("run small.toml").code, 1);
    EXPECT_EQ(read("long.toml"), long_story);

    const Ended again = run("minimize small.toml -o again.toml");
    EXPECT_EQ(again.code, 0);
    EXPECT_EQ(read("again.toml"), read("small.toml"));
}

// Known differences only are there to be shown: with --strict they count.
TEST_F(Command, MinimizeKeepsWhatTwoRevisionsDoNotAgreeOn)
{
    write("long.toml", long_story);
    const std::string identity =
        "revisions-agree:v7,v7-reviewed:uninitialized-work:cxl_dax_region_driver_register";
    const std::string line = "minimize long.toml -o small.toml --identity ";
    const Ended ended = run(line + identity + " --strict --json");
    EXPECT_EQ(ended.code, 0) << ended.err;
    const auto json = nlohmann::json::parse(ended.out);
    EXPECT_EQ(json["revisions"], nlohmann::json({"v7", "v7-reviewed"}));
    EXPECT_EQ(json["identities"], nlohmann::json({identity}));
    EXPECT_TRUE(json["minimal"].get<bool>());
    EXPECT_NE(read("small.toml").find("ops = [\"modprobe dax_cxl\"]\n"), std::string::npos);
    EXPECT_EQ(run("minimize small.toml -o again.toml --strict --identity " + identity)
                  .out.rfind(identity + '\n', 0),
              0U);
    EXPECT_EQ(read("again.toml"), read("small.toml"));

    std::filesystem::remove(path("small.toml"));
    expect_refused(line + identity,
                   "--identity: long.toml does not show " + identity + ", but nothing");
    expect_refused(
        line + "revisions-agree:v7,v8:owners",
        "--identity: revisions-agree:v7,v8:owners is of no pair that is to agree: v7,v7-");
    for (const std::string &more : {std::string("--revision v7"), "--identity " + identity})
        expect_refused(line + identity + " --strict " + more,
                       "--identity: " + identity + " goes with neither another one nor --revision");
    EXPECT_FALSE(std::filesystem::exists(path("small.toml")));
}

TEST_F(Command, MinimizeTakesAndGivesBothForms)
{
    write("long.toml", long_story);
    EXPECT_EQ(run("convert long.toml -o long.bin").code, 0);
    EXPECT_EQ(run("minimize long.bin -o small.bin").code, 0);
    EXPECT_LT(read("small.bin").size(), read("long.bin").size());
    EXPECT_EQ(run("run small.bin").code, 1);
    const Ended shown = run("minimize long.bin -o -");
    EXPECT_NE(shown.out.find("ops = [\"modprobe dax_cxl\"]\n"), shown.out.npos);
    EXPECT_EQ(shown.out.find("minimal after"), shown.out.npos);
    EXPECT_NE(shown.err.find("minimal after"), shown.err.npos);
}

TEST_F(Command, MinimizeKeepsTheIdentityThatWasAskedFor)
{
    write("long.toml", long_story);
    const Ended ended =
        run("minimize long.toml -o small.toml --identity uninitialized-work:dax_hmem_exit --json");
    EXPECT_EQ(ended.code, 0);
    const auto json = nlohmann::json::parse(ended.out);
    EXPECT_EQ(json["revision"], "v7");
    EXPECT_EQ(json["identities"], nlohmann::json({"uninitialized-work:dax_hmem_exit"}));
    EXPECT_EQ(json["minimal"], true);
    EXPECT_EQ(json["dropped"][1]["part"], "operations");
    EXPECT_EQ(json["dropped"][1]["before"], 4);
    EXPECT_EQ(json["dropped"][1]["after"], 1);
    EXPECT_GT(json["runs"], 1);
    EXPECT_NE(read("small.toml").find("ops = [\"modprobe dax_hmem\"]"), std::string::npos);
    EXPECT_EQ(run("minimize long.toml -o both.toml --identity uninitialized-work:dax_hmem_exit "
                  "--identity uninitialized-work:cxl_dax_region_driver_register")
                  .code,
              0);
    EXPECT_NE(read("both.toml").find("ops = [\"modprobe dax_cxl\"]"), std::string::npos);
}

TEST_F(Command, MinimizeWritesNothingWhereThereIsNothingToKeep)
{
    const Ended clean = run("minimize flush.toml -o small.toml --revision v8");
    EXPECT_EQ(clean.code, 0);
    EXPECT_EQ(clean.err, "flush.toml: shows no violation on v8 (clean), nothing is written\n");
    write("fault.toml", std::string("faults = [\"admin: nth 99\"]\n") + flush_before_probe);
    const Ended not_fired = run("minimize fault.toml -o small.toml --revision v8");
    EXPECT_EQ(not_fired.code, 3);
    expect_refused("minimize flush.toml -o small.toml --revision v7 --identity deadlock:nowhere",
                   "--identity: flush.toml does not show deadlock:nowhere on v7, but "
                   "uninitialized-work:cxl_dax_region_driver_register, ");
    expect_refused("minimize missing.toml -o small.toml", "missing.toml: cannot read");
    expect_refused("minimize flush.toml -o ./flush.toml --revision v7",
                   "./flush.toml: is FILE itself");
    EXPECT_EQ(run("minimize flush.toml --revision v7").code, 2) << "no OUT";
    EXPECT_EQ(run("minimize flush.toml -o small.toml --revision v7 --seconds 0").code, 2);
    EXPECT_FALSE(std::filesystem::exists(path("small.toml")));
    EXPECT_EQ(read("flush.toml"), flush_before_probe);
}

TEST_F(Command, ConvertReplacesWhatALinkPointsTo)
{
    write("target.toml", "");
    std::filesystem::create_symlink("target.toml", path("link.toml"));
    EXPECT_EQ(run("convert flush.toml -o link.toml").code, 0);
    EXPECT_TRUE(std::filesystem::is_symlink(path("link.toml")));
    EXPECT_EQ(read("target.toml"), run("convert flush.toml").out);
}

} // namespace
} // namespace cli::testing
