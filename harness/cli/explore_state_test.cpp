// SPDX-License-Identifier: GPL-2.0-only
// hmemfuzz explore --resume and --merge: files of what was found.
#include "cli/testing.hpp"

#include <array>
#include <cctype>
#include <cstdio>

namespace cli::testing {
namespace {

constexpr const char *race = R"([layout]
soft_reserved = [{ range = "0x2850000000-0x294fffffff" }]
config = { dev_dax_cxl = false, cxl_region = false }
[[actor]]
name = "a"
ops = ["modprobe dax_hmem"]
[[actor]]
name = "b"
ops = ["unbind hmem.0"]
)";

// How fast it was, and what depends on where parts begin.
nlohmann::json facts(const std::string &text)
{
    auto json = nlohmann::json::parse(text);
    for (const char *key : {"executions_a_second", "pruned", "repeated"}) {
        json.erase(key);
        json["found"].erase(key);
    }
    return json;
}

} // namespace

TEST_F(Command, MergedPartsAreTheWhole)
{
    write("race.toml", race);
    for (const std::string bounds :
         {"--switches all", "--switches all --faults 1 --reached", "--switches all --no-reduction",
          "--switches 1 --faults 1", "--switches 1 --reached"}) {
        const std::string line = "explore race.toml --revision v7 --json " + bounds;
        for (const std::string part : {"1", "2", "3"})
            write(part + ".json", run(line + " --shard " + part + "/3 --jobs " + part).out);
        const Ended merged = run("explore --json --merge 1.json 3.json 2.json");
        EXPECT_EQ(facts(merged.out), facts(run(line).out)) << bounds;
        const Ended some = run("explore --merge 1.json 3.json");
        EXPECT_NE(some.code, 0);
        EXPECT_EQ(some.err, "explore: there is no part 2 of 3\n");
        EXPECT_NE(some.out.find("v7: NOT complete within"), some.out.npos) << some.out;
    }
    EXPECT_EQ(run("explore --merge 1.json 1.json").code, 2);
    write("other.json", run("explore race.toml --revision v8 --json --shard 2/3").out);
    EXPECT_EQ(run("explore --merge 1.json other.json").code, 2);
    write("broken.json", "{");
    EXPECT_EQ(run("explore --merge broken.json").code, 2);
    EXPECT_EQ(run("explore race.toml --merge 1.json").code, 2);
}

namespace {

constexpr const char *few_programs =
    "explore --all-programs --revision v7 --operations 1 --layouts "
    "no-range,two-ranges --json --reached";

} // namespace

TEST_F(Command, MergedPartsOfAllProgramsAreTheWhole)
{
    const std::string line = few_programs;
    const std::string whole = run(line).out;
    for (const std::string part : {"1", "2", "3"})
        write(part + ".json", run(line + " --shard " + part + "/3 --jobs " + part).out);
    const Ended merged = run("explore --json --merge 3.json 1.json 2.json");
    EXPECT_EQ(facts(merged.out), facts(whole));
    EXPECT_EQ(merged.code, 1);
    const std::string text = run("explore --merge 3.json 1.json 2.json").out;
    EXPECT_NE(
        text.find("v7: complete within actors: 2, operations of each: 1, switches: 1, faults: 0, "
                  "layouts: no-range, two-ranges: "),
        text.npos)
        << text;
    EXPECT_EQ(text.find("executions a second"), text.npos) << "nothing was executed";
    const Ended some = run("explore --merge 1.json 3.json");
    EXPECT_EQ(some.err, "explore: there is no part 2 of 3\n");
    EXPECT_NE(some.out.find("v7: NOT complete within"), some.out.npos) << some.out;
    expect_refused("explore --merge 1.json 1.json", "1.json: part 1 of 3 is there already");
    write("race.toml", race);
    write("race.json", run("explore race.toml --revision v7 --json --shard 2/3").out);
    expect_refused("explore --merge 1.json race.json", "race.json: is not of the same");
    std::string other = read("1.json");
    other.replace(other.find("\"layout\": \"no-range\"", other.find("\"found\": {")), 22,
                  "\"layout\": \"outside\"");
    write("other.json", other);
    expect_refused("explore --merge other.json", "other.json: ");
}

TEST_F(Command, AnExplorationOfAllProgramsGoesOnWhereItWasStopped)
{
    for (const std::string jobs : {" --jobs 1", " --jobs 2", " --jobs 2 --shard 2/2"}) {
        const std::string line = few_programs + jobs;
        const std::string whole = run(line).out;
        const std::string piece = line + " --runs 3000 --resume state.json";
        Ended ended = run(piece);
        std::size_t pieces = 1;
        for (; std::filesystem::exists(path("state.json")) && pieces < 100; ++pieces)
            ended = run(piece);
        EXPECT_GT(pieces, 2U);
        EXPECT_EQ(facts(ended.out), facts(whole)) << jobs;
        EXPECT_EQ(ended.out.find("executions_a_second"), std::string::npos)
            << "of runs that were made before";
    }
    run(std::string(few_programs) + " --runs 10 --resume state.json");
    const std::string state = read("state.json");
    expect_refused(std::string(few_programs) + " --switches 0 --resume state.json",
                   "state.json: is of another exploration");
    EXPECT_EQ(read("state.json"), state) << "nothing is lost";
}

// It would be tried for ever, or count as complete.
TEST_F(Command, AStateThatWasStoppedNowhereIsRefused)
{
    write("race.toml", race);
    const std::string one = "explore race.toml --revision v7 --switches 3 --runs 5 --resume state";
    const std::string all = "explore --all-programs --revision v7 --operations 1 --layouts outside "
                            "--switches 0 --runs 5 --resume state";
    const auto refuses = [this](const std::string &line, const char *place, auto value,
                                const std::string &why) {
        std::remove(path("state").c_str());
        run(line);
        auto json = nlohmann::ordered_json::parse(read("state"));
        json["jobs"][0][nlohmann::json::json_pointer(place)] = value;
        write("state", json.dump());
        expect_refused(line, "state: " + why);
    };
    refuses(one, "/next", nlohmann::json::array(), "next is ");
    refuses(one, "/stopped", false, "next is ");
    refuses(all, "/total/stopped", false, "place is ");
}

TEST_F(Command, WhatAnotherBuildFoundIsRefusedAndNotLost)
{
    write("race.toml", race);
    const std::string line = "explore race.toml --revision v7";
    write("part.json", run(line + " --json").out);
    run(line + " --runs 2 --resume state.json");
    ASSERT_EQ(run("explore --merge part.json").code, 0);
    const auto of_another = [this](const std::string &file) {
        auto json = nlohmann::ordered_json::parse(read(file));
        EXPECT_GE(json["build"].get<std::string>().size(), 16U) << "the linker left its mark";
        json["build"] = "0123";
        write(file, json.dump());
        return json.dump();
    };
    of_another("part.json");
    expect_refused("explore --merge part.json", "part.json: was written by another build, 0123; ");
    const std::string state = of_another("state.json");
    expect_refused(line + " --resume state.json",
                   "state.json: was written by another build, 0123; ");
    EXPECT_EQ(read("state.json"), state);
}

TEST_F(Command, AFileThatNothingCanBeKeptInIsRefusedBeforeTheFirstRun)
{
    write("race.toml", race);
    for (const std::string line : {"explore race.toml --revision v7 --runs 2 --resume ",
                                   "explore --all-programs --operations 1 --runs 2 --resume "}) {
        expect_refused(line + "nowhere/state", "nowhere/state: cannot write: ");
        expect_refused(line + ".", ".: is a folder");
        expect_refused(line + "/dev/null", "/dev/null: is no file");
        expect_refused(line + "-", "-: is no file");
    }
    expect_refused("explore --merge .", ".: is a folder");
    EXPECT_EQ(files(), 2U) << "nor is one left behind";
}

// A file may be made there, but takes no byte.
TEST_F(Command, WhatWasFoundIsShownAlsoWhereItCannotBeKept)
{
    write("race.toml", race);
    for (const std::string line : {"race.toml --switches all --runs 20",
                                   "--all-programs --operations 1 --actors 1 --layouts no-range "
                                   "--runs 2"}) {
        const std::string shell = "cd '" + path("") + "' && trap '' XFSZ && ulimit -f 0 && '" +
                                  HMEMFUZZ_COMMAND "' explore " + line +
                                  " --revision v7 --resume state 2>&1; echo code $?";
        std::FILE *pipe = popen(shell.c_str(), "r");
        std::string out;
        std::array<char, 4096> buffer;
        while (const std::size_t count = std::fread(buffer.data(), 1, buffer.size(), pipe))
            out.append(buffer.data(), count);
        pclose(pipe);
        EXPECT_NE(out.find("NOT complete within"), out.npos) << out;
        EXPECT_NE(out.find("explore: what was found is not kept: state: cannot write"), out.npos);
        EXPECT_NE(out.find("\ncode 3\n"), out.npos) << out;
        EXPECT_FALSE(std::filesystem::exists(path("state")));
    }
}

TEST_F(Command, PartsWithNumbersThatAreNoneAreRefused)
{
    write("ranges.toml", two_ranges);
    write("good.json", run("explore ranges.toml --revision v7 --switches 1 --json --reached").out);
    write("programs.json", run("explore --all-programs --operations 1 --actors 1 --layouts "
                               "no-range --json")
                               .out);
    ASSERT_EQ(run("explore --merge programs.json").code, 0);
    using Place = nlohmann::json::json_pointer;
    const auto expect_bad = [&](const std::string &file, const char *place, auto value) {
        auto json = nlohmann::json::parse(read(file));
        ASSERT_TRUE(json.contains(Place(place))) << place;
        json[Place(place)] = value;
        write("bad.json", json.dump());
        Place key(place);
        while (std::isdigit(key.back().front()) != 0)
            key = key.parent_pointer();
        expect_refused("explore --merge bad.json", "bad.json: " + key.back() + " is ");
    };
    for (const char *file : {"good.json", "programs.json"}) {
        expect_bad(file, "/shards", 1'000'000'000'000'000);
        expect_bad(file, "/shards", 100'001);
        expect_bad(file, "/shards", -1);
        expect_bad(file, "/shards", 0.5);
        expect_bad(file, "/shard", 0);
        expect_bad(file, "/shard", 2);
        expect_bad(file, "/shard", "1");
        expect_bad(file, "/search/switches", 65);
    }
    for (const char *key : {"complete", "blocked", "without_verdict", "repeated", "pruned",
                            "deepest", "out_of_reach", "by_switches/0", "rows/0/schedules"}) {
        expect_bad("good.json", (std::string("/found/") + key).c_str(), -5);
        if (std::string(key) != "rows/0/schedules")
            expect_bad("programs.json", (std::string("/found/total/") + key).c_str(), -5);
    }
    for (const char *key : {"runs", "operations", "operations/0", "operations/0/0", "points",
                            "sites/0", "properties", "exceptions/0"})
        expect_bad("good.json", (std::string("/found/campaign/") + key).c_str(), -5);
    expect_bad("good.json", "/found/campaign/points", std::vector<int>{1});
    expect_bad("good.json", "/found/campaign/runs", 1'000);
    expect_bad("good.json", "/found/campaign/points/0", 1'000);
    expect_bad("good.json", "/found/complete", std::uint64_t{1} << 63);
    auto without = nlohmann::json::parse(read("good.json"));
    without["found"].erase("campaign");
    write("bad.json", without.dump());
    expect_refused("explore --merge bad.json",
                   "bad.json: is nothing that explore wrote: key 'campaign'");
    expect_bad("good.json", "/search/faults", 17);
    expect_bad("programs.json", "/search/operations", 4);
    expect_bad("programs.json", "/search/actors", 5);
    expect_bad("programs.json", "/found/programs", -1);
    EXPECT_EQ(run("explore --merge good.json").out.find("executions a second"), std::string::npos);
    EXPECT_FALSE(nlohmann::json::parse(run("explore --merge good.json --json").out)
                     .contains("executions_a_second"));
}

TEST_F(Command, ExploreRefusesOptionsThatMeanNothingThere)
{
    write("ranges.toml", two_ranges);
    write("good.json", run("explore ranges.toml --revision v7 --switches 1 --json").out);
    for (const std::string option :
         {"--operations 1", "--actors 1", "--layouts no-range", "--yes", "--no-reduction"}) {
        EXPECT_EQ(run("explore ranges.toml " + option).code, 2) << option;
        EXPECT_EQ(run("explore --merge good.json " + option).code, 2) << option;
    }
    for (const std::string option : {"--revision v7", "--format text", "--switches 1", "--faults 1",
                                     "--runs 5", "--shard 1/1", "--jobs 2", "--resume state"})
        EXPECT_EQ(run("explore --merge good.json " + option).code, 2) << option;
    EXPECT_EQ(run("explore --merge good.json --strict --json").code, 1);
    EXPECT_EQ(run("explore ranges.toml --format text --switches 0 --no-reduction").code, 2);
    EXPECT_EQ(run("explore ranges.toml --format text --switches 0").code, 0);
    for (const std::string option : {"--format text", "--no-reduction",
                                     "--layouts "
                                     "region-ok,region-ok"})
        EXPECT_EQ(run("explore --all-programs --operations 1 --actors 1 " + option).code, 2)
            << option;
}

// The same program, another position: one that no search stops at.
TEST_F(Command, APositionThatIsNoneOfTheSearchIsRefused)
{
    write("race.toml", race);
    const std::string line = "explore race.toml --revision v7 --switches 3 --resume state";
    run(line + " --runs 5");
    const auto state = nlohmann::ordered_json::parse(read("state"));
    ASSERT_EQ(state["jobs"][0]["next"].size(), 2U) << state["jobs"][0]["next"];
    const std::string choice = state["jobs"][0]["next"][1];
    const std::string nobody = choice.substr(0, choice.rfind(' ')) + " 99";
    for (const std::string &wrong : {choice + " junk", nobody, std::string("choice 0 99"),
                                     std::string("choice 99999 0"), std::string("switches 1 2")}) {
        auto other = state;
        other["jobs"][0]["next"][1] = wrong;
        write("state", other.dump());
        const Ended ended = run(line);
        EXPECT_EQ(ended.code, 2) << wrong << ended.out;
        EXPECT_EQ(ended.err.find("another exploration"), ended.err.npos) << wrong << ended.err;
        EXPECT_EQ(nlohmann::ordered_json::parse(read("state")), other) << "and nothing is lost";
    }
}

TEST_F(Command, ExploreTellsWhatItsSchedulesExercisedAndWhatTheyNeverDid)
{
    write("race.toml", race);
    for (const std::string bounds :
         {"--switches all", "--switches all --faults 1", "--switches 1"}) {
        const std::string line = "explore race.toml --revision v7 --json " + bounds;
        const auto json = nlohmann::json::parse(run(line + " --reached").out);
        EXPECT_EQ(json["reached"]["runs"], json["explored"]) << bounds;
        const auto &loads = json["reached"]["operations"]["modprobe"];
        EXPECT_GT(loads["nobody"].get<int>(), 0) << bounds;
        EXPECT_EQ(loads["CXL"], 0) << bounds;
        // Only a failing call is one that failed.
        int failed = 0;
        for (const auto &[site, runs] : json["reached"]["sites"].items())
            failed += runs.get<int>();
        EXPECT_EQ(failed > 0, bounds.find("faults") != bounds.npos) << bounds;
        const auto shared = nlohmann::json::parse(run(line + " --reached --jobs 3").out);
        EXPECT_EQ(shared["reached"], json["reached"]) << bounds;
        EXPECT_FALSE(nlohmann::json::parse(run(line).out).contains("reached"));
    }
    const std::string text = run("explore race.toml --revision v7 --reached").out;
    EXPECT_NE(text.find("operations and owners: "), text.npos) << text;
    EXPECT_LT(text.find(", never "), text.find("complete within")) << "the sentence stands last";
    expect_refused("explore --reached --merge 1.json", "explore: --reached is what the files");
    const std::string programs = "explore --all-programs --revision v7 --operations 1 --actors 1 "
                                 "--layouts outside --json --reached";
    const auto all = nlohmann::json::parse(run(programs).out);
    EXPECT_EQ(all["reached"]["runs"], all["explored"]);
    EXPECT_EQ(nlohmann::json::parse(run(programs + " --jobs 2").out)["reached"], all["reached"]);
}

TEST_F(Command, AnExplorationGoesOnWhereItWasStopped)
{
    write("race.toml", race);
    for (const std::string bounds :
         {"--switches all --reached", "--switches all --faults 1 --jobs 2",
          "--switches all --faults 1 --jobs 2 --reached", "--switches 1 --faults 1 --jobs 2",
          "--switches 1 --faults 1 --jobs 2 --reached"}) {
        const std::string line = "explore race.toml --revision v7 --json " + bounds;
        const std::string piece = line + " --runs 20 --resume state.json";
        Ended ended = run(piece);
        std::size_t pieces = 1;
        for (; std::filesystem::exists(path("state.json")) && pieces < 100; ++pieces) {
            EXPECT_NE(ended.code, 0);
            ended = run(piece);
        }
        EXPECT_GT(pieces, 2U);
        EXPECT_EQ(facts(ended.out), facts(run(line).out)) << bounds;
    }
    run("explore race.toml --switches all --runs 2 --resume state.json");
    const Ended other = run("explore race.toml --switches 1 --resume state.json");
    EXPECT_EQ(other.code, 2);
    EXPECT_NE(other.err.find("is of another exploration"), other.err.npos) << other.err;
    EXPECT_TRUE(std::filesystem::exists(path("state.json"))) << "nothing is lost";
}

} // namespace cli::testing
