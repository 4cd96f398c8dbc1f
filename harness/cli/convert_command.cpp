// SPDX-License-Identifier: GPL-2.0-only
// hmemfuzz convert: a scenario from text to wire and back.
#include "cli/commands.hpp"
#include "cli/input.hpp"
#include "cli/output.hpp"
#include "cli/scenario_options.hpp"
#include "scenario/text.hpp"
#include "scenario/wire.hpp"

#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

namespace cli {
namespace {

struct ConvertOptions {
    std::string input;
    std::string output = "-";
    std::string format;
};

std::string wire_bytes(const scenario::Scenario &scenario)
{
    const std::vector<std::uint8_t> bytes = scenario::encode(scenario, drivers::revision_ids());
    return {bytes.begin(), bytes.end()};
}

// What a reader of the output would miss.
void tell_losses(const scenario::Scenario &scenario)
{
    const bool known =
        scenario.revision.empty() || drivers::find_revision(scenario.revision) != nullptr;
    if (!scenario.title.empty() || !scenario.shows.empty() || !scenario.source.empty() ||
        !scenario.expect.empty() || !scenario.owners.empty() || scenario.open || !known)
        std::fprintf(stderr, "note: the wire form carries neither title, source, shows, "
                             "[expect], [owners], open, actors' names nor unknown revisions\n");
}

void convert(const ConvertOptions &options)
{
    const scenario::Scenario scenario = read_scenario(options.input, options.format);
    const bool text = options.output == "-" || is_text_path(options.output);
    write_file(options.output, text ? scenario::print_text(scenario) : wire_bytes(scenario));
    if (!text)
        tell_losses(scenario);
}

} // namespace

void add_convert(CLI::App &app, int &)
{
    CLI::App *command = app.add_subcommand("convert", "Rewrite a scenario as text or as wire");
    const auto options = std::make_shared<ConvertOptions>();
    command->add_option("FILE", options->input, "The scenario; - is stdin")
        ->required()
        ->option_text(" ");
    command
        ->add_option(
            "-o", options->output,
            "Where to: text if the name ends in .toml or is - (stdout, the default), wire\n"
            "otherwise")
        ->option_text("OUT");
    add_format_option(*command, options->format);
    command->callback([options] { convert(*options); });
}

} // namespace cli
