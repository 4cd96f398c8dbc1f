// SPDX-License-Identifier: GPL-2.0-only
// Prepares what lies beside fuzz targets while they are built. A fleet has no other tool to do it.
//
//     side_files seeds FOLDER REVISION FILE...   FOLDER/NAME.wire for each NAME.toml
//     side_files dictionary FILE wire|text|trees        what an input of that form is made of
//
// Of seeds, what shows a violation on the revision that is neither accepted nor open is left out: a
// target would report its own seed and go no further. The revision `all` leaves out nothing.
//
// Covers: text to wire, dictionaries from the tables. Does not cover: archives (cmake makes them),
// inputs of other forms.
#include "drivers/registry.hpp"
#include "fuzz/resource_trees.hpp"
#include "properties/exceptions.hpp"
#include "run/machine.hpp"
#include "scenario/text.hpp"
#include "scenario/wire.hpp"
#include "scenario/words.hpp"

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace {

bool shows_violation(run::Machine &machine, const drivers::Revision &revision,
                     const scenario::Scenario &scenario)
{
    const run::Result result = machine.run(revision, scenario);
    const auto findings = properties::findings(result.verdict, {scenario, result.events});
    return std::any_of(findings.begin(), findings.end(), [](const properties::Finding &finding) {
        return finding.judgement.status == properties::Status::violation;
    });
}

// False, after saying why, if the file is no scenario.
bool read_scenario(const std::filesystem::path &path, scenario::Scenario &scenario)
{
    std::ifstream file(path, std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    if (!file) {
        std::fprintf(stderr, "side_files: cannot read %s\n", path.c_str());
        return false;
    }
    auto parsed = scenario::parse_text(text);
    if (const auto *error = std::get_if<scenario::TextError>(&parsed)) {
        std::fprintf(stderr, "%s:%d:%d: %s\n", path.c_str(), error->line, error->column,
                     error->message.c_str());
        return false;
    }
    scenario = std::get<scenario::Scenario>(std::move(parsed));
    // The target names the revision.
    scenario.revision.clear();
    return true;
}

bool write(const std::filesystem::path &path, const scenario::Scenario &scenario)
{
    const auto bytes = scenario::encode(scenario, drivers::revision_ids());
    std::ofstream file(path, std::ios::binary);
    file.write(reinterpret_cast<const char *>(bytes.data()),
               static_cast<std::streamsize>(bytes.size()));
    file.close();
    if (!file)
        std::fprintf(stderr, "side_files: cannot write %s\n", path.c_str());
    return static_cast<bool>(file);
}

int write_seeds(const char *folder, const std::string &id, std::span<char *const> sources)
{
    const drivers::Revision *revision = drivers::find_revision(id);
    if (revision == nullptr && id != "all") {
        std::fprintf(stderr, "side_files: no revision '%s'\n", id.c_str());
        return 2;
    }
    run::Machine machine;
    for (const std::filesystem::path source : sources) {
        scenario::Scenario scenario;
        if (!read_scenario(source, scenario))
            return 2;
        if (revision != nullptr && shows_violation(machine, *revision, scenario))
            continue;
        if (!write(std::filesystem::path(folder) / source.stem().concat(".wire"), scenario))
            return 3;
    }
    return 0;
}

// ---------------------------------------------------------------- dictionaries

void print_entry(std::span<const std::uint8_t> bytes)
{
    std::printf("\"");
    for (const std::uint8_t byte : bytes) {
        if (byte < ' ' || byte > '~' || byte == '"' || byte == '\\')
            std::printf("\\x%02x", byte);
        else
            std::putchar(byte);
    }
    std::printf("\"\n");
}

void print_entry(std::string_view text)
{
    if (text.empty())
        return; // engines refuse it
    print_entry({reinterpret_cast<const std::uint8_t *>(text.data()), text.size()});
}

// The records of a scenario, without the byte before them that names a revision.
void print_records(const scenario::Scenario &scenario)
{
    const auto bytes = scenario::encode(scenario, drivers::revision_ids());
    print_entry(std::span(bytes).subspan(1));
}

// Every record that stands alone: a range of each kind, an actor with each operation, each switch
// before the steps of the work that decides.
void print_wire_dictionary()
{
    using kernel::Word;
    constexpr kernel::Range range{0x100000000, 0x13fffffff};
    print_records({.layout = {.soft_reserved = {{range}}}});
    print_records({.layout = {.hmat = {{range}}}});
    print_records({.layout = {.windows = {{0, range}}}});
    print_records({.layout = {.hmem_platform_1 = scenario::MemoryRange{range}}});
    for (const auto assembly : {scenario::Assembly::ok, scenario::Assembly::fail,
                                scenario::Assembly::late, scenario::Assembly::none})
        print_records({.layout = {.regions = {{0, range, assembly}}}});
    for (std::size_t code = 0; code < scenario::operation_codes; ++code) {
        const auto operation = static_cast<scenario::OperationCode>(code);
        if (scenario::operation_row(operation).operand == scenario::Operand::module)
            for (const Word module : scenario::modules)
                print_records({.actors = {{"actor0", {{operation, kernel::name_of(module)}}}}});
        if (scenario::operation_row(operation).operand == scenario::Operand::device)
            for (const kernel::Name device :
                 {kernel::name_of(Word::hmem_platform, 0), kernel::name_of(Word::cxl_acpi)})
                print_records({.actors = {{"actor0", {{operation, device}}}}});
        if (scenario::operation_row(operation).operand == scenario::Operand::none)
            print_records({.actors = {{"actor0", {{operation, kernel::name_of(Word::slow)}}}}});
    }
}

void print_text_dictionary()
{
    for (std::size_t i = 0; i < scenario::words_count; ++i)
        print_entry(kernel::word_text(static_cast<kernel::Word>(i)));
    for (std::size_t i = 0; i < scenario::points_count; ++i)
        print_entry(kernel::point_text(static_cast<kernel::Point>(i)));
    for (std::size_t i = 0; i < scenario::sites_count; ++i)
        print_entry(kernel::site_text(static_cast<kernel::Site>(i)));
    for (std::size_t i = 0; i < scenario::operation_codes; ++i)
        print_entry(scenario::operation_row(static_cast<scenario::OperationCode>(i)).text);
    for (const std::string_view word : scenario::assembly_words)
        print_entry(word);
    for (const std::string_view word : scenario::mode_words)
        print_entry(word);
    for (const std::string_view word : scenario::owner_words)
        print_entry(word);
    for (const std::string_view id : drivers::revision_ids())
        print_entry(id);
}

// Each operation with each kind at one place: a fuzzer moves it.
void print_tree_dictionary()
{
    for (const char code : fuzz::tree_codes)
        for (const char kind : fuzz::tree_kinds)
            print_entry(std::string{code, kind, '4', '4'});
}

int usage()
{
    std::fprintf(stderr, "usage: side_files seeds FOLDER REVISION|all FILE...\n"
                         "       side_files dictionary FILE wire|text|trees\n");
    return 2;
}

} // namespace

int main(int argc, char **argv)
{
    const std::span<char *const> arguments(argv, static_cast<std::size_t>(argc));
    const std::string_view command = argc > 2 ? argv[1] : "";
    if (command == "seeds" && argc > 3)
        return write_seeds(argv[2], argv[3], arguments.subspan(4));
    if (command != "dictionary")
        return usage();
    const std::string_view form = argc > 3 ? argv[3] : "";
    if (std::freopen(argv[2], "w", stdout) == nullptr) {
        std::fprintf(stderr, "side_files: cannot write %s\n", argv[2]);
        return 3;
    }
    if (form == "wire")
        print_wire_dictionary();
    else if (form == "text")
        print_text_dictionary();
    else if (form == "trees")
        print_tree_dictionary();
    else
        return usage();
    return 0;
}
