// SPDX-License-Identifier: GPL-2.0-only
// How long one execution takes, and where the time goes, in the build that this is compiled in:
//
//     bench_speed heap|arena REVISION SEED.toml...
//
// prints a row for each seed, for the median one and for all of them, as Markdown.
//
// Covers: what a fuzz target does with an input, decode, run and judge, without an engine around it.
// Does not cover: mutation and the collection of coverage (scripts/bench-speed runs an empty target, too).
//
// Executions a second are counted in time of the processor, not of the clock: others may use the
// machine. They disturb all the same, by what they share with this core, so that the fastest of many short
// batches is told beside the mean. Steps are too short for that and are medians of the clock's time.
#include "drivers/registry.hpp"
#include "run/machine.hpp"
#include "scenario/text.hpp"
#include "scenario/wire.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <limits>
#include <sstream>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace {

// Others disturb for seconds at a time: each seed has several turns, and in some of them batches that are not
// disturbed.
constexpr int rounds = 5;
constexpr double seconds_per_round = 0.4; // and seed
constexpr int steps_samples = 2001;

constexpr std::array<std::string_view, 7> columns = {
    "decode", "begin", "boot", "actors", "rest and epilogue", "judge", "end"};
enum Column { decode, begin, boot, actors, rest, judge, end };
using Costs = std::array<double, columns.size()>; // nanoseconds

struct Seed {
    std::string name;
    std::vector<std::uint8_t> wire;
    // Of one execution, in the batch that was least disturbed, and over all.
    double nanoseconds = std::numeric_limits<double>::max();
    double usual_nanoseconds = 0;
    std::size_t records = 0;
    Costs costs{};
};

[[noreturn]] void bad_input(const std::string &what)
{
    std::fprintf(stderr, "bench_speed: %s\n", what.c_str());
    std::exit(2);
}

Seed read_seed(const std::string &path)
{
    std::ifstream file(path, std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    if (!file)
        bad_input(path + ": cannot read");
    const auto read = scenario::parse_text(text.str());
    if (const auto *error = std::get_if<scenario::TextError>(&read))
        bad_input(path + ":" + std::to_string(error->line) + ": " + error->message);
    return {std::filesystem::path(path).stem().string(),
            scenario::encode(std::get<scenario::Scenario>(read), drivers::revision_ids())};
}

double processor_nanoseconds()
{
    std::timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) * 1e9 + static_cast<double>(now.tv_nsec);
}

double clock_nanoseconds()
{
    const auto now = std::chrono::steady_clock::now().time_since_epoch();
    return static_cast<double>(std::chrono::nanoseconds(now).count());
}

// As a fuzz target does it.
std::size_t execute(run::Machine &machine, const drivers::Revision &revision, const Seed &seed,
                    const run::Options &options)
{
    static scenario::Scenario decoded;
    scenario::decode(seed.wire, drivers::revision_ids(), decoded);
    return machine.run(revision, decoded, options).events.size();
}

void measure_whole(run::Machine &machine, const drivers::Revision &revision, Seed &seed,
                   const run::Options &options)
{
    constexpr int batch = 64; // less than half a millisecond in the fastest build
    double executions = 0;
    const double begin = processor_nanoseconds();
    double from = begin;
    while (from - begin < seconds_per_round * 1e9) {
        for (int i = 0; i < batch; ++i)
            seed.records = execute(machine, revision, seed, options);
        executions += batch;
        const double now = processor_nanoseconds();
        seed.nanoseconds = std::min(seed.nanoseconds, (now - from) / batch);
        from = now;
    }
    // Turns take the same time, so that the mean of their means is that of all of it.
    seed.usual_nanoseconds += (from - begin) / executions / rounds;
}

// When each stage of the present run began; 0: not yet. One that a run leaves out takes no time.
std::array<double, static_cast<std::size_t>(run::Stage::count_)> began;

void note(run::Stage stage)
{
    static_assert(run::Stage::begin == run::Stage{});
    if (stage == run::Stage::begin)
        began.fill(0);
    const double now = clock_nanoseconds();
    for (auto i = static_cast<std::size_t>(stage) + 1; i-- > 0 && began[i] == 0;)
        began[i] = now;
}

double between(run::Stage from, run::Stage to)
{
    return std::max(0.0,
                    began[static_cast<std::size_t>(to)] - began[static_cast<std::size_t>(from)]);
}

void measure_steps(run::Machine &machine, const drivers::Revision &revision, Seed &seed,
                   run::Options options)
{
    options.entered = note;
    using run::Stage;
    std::array<std::vector<double>, columns.size()> samples;
    for (int i = 0; i < steps_samples; ++i) {
        const double from = clock_nanoseconds();
        execute(machine, revision, seed, options);
        samples[decode].push_back(began[static_cast<std::size_t>(Stage::begin)] - from);
        samples[begin].push_back(between(Stage::begin, Stage::boot));
        samples[boot].push_back(between(Stage::boot, Stage::actors));
        samples[actors].push_back(between(Stage::actors, Stage::rest));
        samples[rest].push_back(between(Stage::rest, Stage::judge));
        samples[judge].push_back(between(Stage::judge, Stage::end));
        samples[end].push_back(between(Stage::end, Stage::done));
    }
    for (std::size_t i = 0; i < samples.size(); ++i) {
        const auto middle = samples[i].begin() + steps_samples / 2;
        std::nth_element(samples[i].begin(), middle, samples[i].end());
        seed.costs[i] = *middle;
    }
}

void print_row(const Seed &seed)
{
    std::printf("| %s | %zu | %zu | %.0f | %.0f | %.2f |", seed.name.c_str(), seed.wire.size(),
                seed.records, 1e9 / seed.nanoseconds, 1e9 / seed.usual_nanoseconds,
                seed.nanoseconds / 1000);
    for (const double cost : seed.costs)
        std::printf(" %.2f |", cost / 1000);
    std::printf("\n");
}

void print_table(std::vector<Seed> seeds)
{
    std::printf("| seed | bytes | records | executions/s | mean | us each |");
    for (const std::string_view column : columns)
        std::printf(" %.*s |", static_cast<int>(column.size()), column.data());
    std::printf("\n|---|---|---|---|---|---|---|---|---|---|---|---|---|\n");
    Seed whole{.name = "**all of them** (mean)", .nanoseconds = 0};
    for (const Seed &seed : seeds) {
        print_row(seed);
        const auto count = static_cast<double>(seeds.size());
        whole.nanoseconds += seed.nanoseconds / count;
        whole.usual_nanoseconds += seed.usual_nanoseconds / count;
        whole.wire.resize(whole.wire.size() + seed.wire.size());
        whole.records += seed.records;
        for (std::size_t i = 0; i < columns.size(); ++i)
            whole.costs[i] += seed.costs[i] / count;
    }
    whole.wire.resize(whole.wire.size() / seeds.size());
    whole.records /= seeds.size();
    std::sort(seeds.begin(), seeds.end(), [](const Seed &left, const Seed &right) {
        return left.nanoseconds < right.nanoseconds;
    });
    Seed median = seeds[seeds.size() / 2];
    median.name = "**median seed** (" + median.name + ")";
    print_row(median);
    print_row(whole);
}

} // namespace

int main(int argc, char **argv)
{
    const std::string_view place = argc > 3 ? argv[1] : "";
    if (place != "heap" && place != "arena")
        bad_input("usage: bench_speed heap|arena REVISION SEED.toml...");
    const drivers::Revision *revision = drivers::find_revision(argv[2]);
    if (revision == nullptr)
        bad_input(std::string("no revision ") + argv[2]);
    const run::Options options{.place =
                                   place == "heap" ? kernel::Place::heap : kernel::Place::arena,
                               .recording = run::Recording::if_found};
    std::vector<Seed> seeds;
    run::Machine machine;
    for (int i = 3; i < argc; ++i)
        seeds.push_back(read_seed(argv[i]));
    for (int round = 0; round < rounds; ++round)
        for (Seed &seed : seeds)
            measure_whole(machine, *revision, seed, options);
    for (Seed &seed : seeds)
        measure_steps(machine, *revision, seed, options);
    print_table(std::move(seeds));
}
