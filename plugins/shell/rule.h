#pragma once

#include <cstddef>
#include <limits>
#include <span>
#include <string_view>

namespace aip::shell {

/// How a program reads its command line.
enum class Style {
    gnu,         ///< options and operands in any order, -abc, -n5, --name=value, "--" ends the options
    processes,   ///< ps: as gnu, and one word may hold BSD options, "aux" or "axo COLUMNS" (also "-aux", "-axo")
    expression,  ///< find: each option is a word of its own ("-name"), the order counts
    raw,         ///< no options: every word is an operand, whatever it looks like
};

/// What one program may be asked to do. Whatever is not named is refused.
///
/// `options` are words separated by blanks, each one of
///     -x  --long         an option without a value
///     -n:KIND            with a value: "-n5", "-n 5", "--lines=5", "--lines 5"
///     --color?KIND       with a value that may be left out: "--color", "--color=auto"
///     ...=-x             the same, written as -x when the program is run
///     -NUM=-n            "-20" is written as "-n 20"
/// Long options must be spelled in full. KIND is one of the names in kinds.cpp: file, path, text, number, ...
struct Rule {
    std::string_view program;
    std::string_view options;
    std::string_view operand = {};  ///< KIND of every operand; empty: it takes none
    std::size_t minOperands = 0;
    std::size_t maxOperands = std::numeric_limits<std::size_t>::max();
    std::string_view required = {};               ///< this option must be given
    std::string_view pattern = {};                ///< the first operand is a text, unless this option is given
    std::string_view recursive = {};              ///< this option makes it read whole trees
    std::string_view alone = "--help --version";  ///< each of these may be given if nothing else is
    Style style = Style::gnu;
    bool separator = true;  ///< knows "--" before its operands
    bool network = false;   ///< sends its operands over the network
};

/// All programs with a rule, by name.
std::span<const Rule> rules();

/// The rule of `program`, null if there is none.
const Rule* findRule(std::string_view program);

}  // namespace aip::shell
