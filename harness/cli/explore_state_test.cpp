// SPDX-License-Identifier: GPL-2.0-only
// hmemfuzz explore --resume and --merge: files of what was found.
#include "cli/testing.hpp"

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
    for (const std::string bounds : {"--switches all", "--switches all --faults 1",
                                     "--switches all --no-reduction", "--switches 1 --faults 1"}) {
        const std::string line = "explore race.toml --revision v7 --json " + bounds;
        for (const std::string part : {"1", "2", "3"})
            write(part + ".json", run(line + " --shard " + part + "/3").out);
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

TEST_F(Command, MergeRefusesCountsThatAreNoneAndOptionsThatTheFilesAnswer)
{
    write("race.toml", race);
    const std::string text = run("explore race.toml --revision v7 --json --switches 1").out;
    write("good.json", text);
    for (const auto &[key, value] : std::vector<std::pair<const char *, nlohmann::json>>{
             {"shards", 1'000'000'000'000'000}, {"shards", -1}, {"shards", 0}, {"shard", "1"}}) {
        auto json = nlohmann::json::parse(text);
        json[key] = value;
        write("bad.json", json.dump());
        const Ended ended = run("explore --merge bad.json");
        EXPECT_EQ(ended.code, 2) << key << value;
        EXPECT_NE(ended.err.find("bad.json: "), ended.err.npos) << ended.err;
    }
    auto json = nlohmann::json::parse(text);
    json["found"]["complete"] = -5;
    write("bad.json", json.dump());
    EXPECT_NE(run("explore --merge bad.json").err.find("bad.json: complete is no count"),
              std::string::npos);
    EXPECT_EQ(run("explore --merge good.json --switches 1").code, 2);
    const Ended merged = run("explore --merge good.json");
    EXPECT_EQ(merged.err, "");
    EXPECT_EQ(merged.out.find("executions a second"), merged.out.npos) << "it ran nothing";
}

TEST_F(Command, AnExplorationThatCouldNotBeKeptDoesNotBegin)
{
    write("race.toml", race);
    std::filesystem::create_directory(path("folder"));
    for (const std::string file : {"nowhere/state", "folder"}) {
        const Ended ended = run("explore race.toml --revision v7 --resume " + file);
        EXPECT_EQ(ended.code, 2) << file;
        EXPECT_EQ(ended.out, "");
        EXPECT_NE(ended.err.find(file), ended.err.npos) << ended.err;
    }
    EXPECT_EQ(run("explore race.toml --revision v7 --switches 1 --resume state").code, 0);
    EXPECT_FALSE(std::filesystem::exists(path("state"))) << "all was found";
}

// The same program, another position: one that no search stops at.
TEST_F(Command, APositionThatIsNoneOfTheSearchIsRefused)
{
    write("race.toml", race);
    const std::string line = "explore race.toml --revision v7 --switches 1 --resume state";
    run(line + " --runs 5");
    const auto state = nlohmann::json::parse(read("state"));
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
        EXPECT_EQ(nlohmann::json::parse(read("state")), other) << "and nothing is lost";
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
    expect_refused("explore race.toml --reached --resume state", "explore: --reached goes with");
    expect_refused("explore --reached --merge 1.json", "explore: --reached goes with");
    const std::string programs = "explore --all-programs --revision v7 --operations 1 --actors 1 "
                                 "--layouts outside --json --reached";
    const auto all = nlohmann::json::parse(run(programs).out);
    EXPECT_EQ(all["reached"]["runs"], all["explored"]);
    EXPECT_EQ(nlohmann::json::parse(run(programs + " --jobs 2").out)["reached"], all["reached"]);
}

TEST_F(Command, AnExplorationGoesOnWhereItWasStopped)
{
    write("race.toml", race);
    for (const std::string bounds : {"--switches all", "--switches all --faults 1 --jobs 2",
                                     "--switches 1 --faults 1 --jobs 2"}) {
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
