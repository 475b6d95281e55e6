#include "rule.h"

#include <algorithm>

// What is absent is refused, so this says only why something that one would expect is not here:
//   anything that writes (sort -o, uniq's second operand, date -s), that runs programs (find -exec, sort
//   --compress-program, diff -l, file -z), that takes paths or options from a file or from names met on the way, past
//   the check of the operands (--files0-from, grep -f and -R, file -f, md5sum -c, diff -r), that shows the environment
//   of others (ps e), or that never ends (tail -f, free -s).
namespace aip::shell {

namespace {

constexpr std::string_view checksumOptions = "-b --binary -t --text -z --zero --tag";

constexpr Rule table[] = {
    {.program = "basename",
     .options = "-a --multiple -s:text --suffix:text -z --zero",
     .operand = "text",
     .minOperands = 1},
    {.program = "cal", .options = "-1 -3 -j -m -s -w -y", .operand = "word", .maxOperands = 3, .separator = false},
    {.program = "cat",
     .options = "-A -b -e -E -n -s -t -T -u -v --show-all --number-nonblank --show-ends --number --squeeze-blank "
                "--show-tabs --show-nonprinting",
     .operand = "file"},
    {.program = "cut",
     .options =
         "-b:text -c:text -d:text -f:text -n -s -z --bytes:text --characters:text --delimiter:text --fields:text "
         "--complement --only-delimited --output-delimiter:text --zero-terminated",
     .operand = "file"},
    {.program = "date",
     .options =
         "-d:time --date:time -I?word --iso-8601?word -r:path --reference:path -R --rfc-email --rfc-3339:word -u "
         "--utc --universal",
     .operand = "format",
     .maxOperands = 1},
    {.program = "df",
     .options = "-a --all -h --human-readable -H --si -i --inodes -k -l --local -P --portability --output?word -t:word "
                "--type:word -T --print-type --total -x:word --exclude-type:word -B:word --block-size:word",
     .operand = "path"},
    {.program = "diff",
     .options =
         "-a --text -b --ignore-space-change -B --ignore-blank-lines -c -C:number --context?number -d --minimal "
         "-e --ed -E --ignore-tab-expansion -i --ignore-case -n --rcs --normal -p --show-c-function -q --brief -s "
         "--report-identical-files -t --expand-tabs -u -U:number --unified?number -w --ignore-all-space -W:number "
         "--width:number -y --side-by-side -Z --ignore-trailing-space --color?word --left-column "
         "--suppress-common-lines --strip-trailing-cr --label:text -L:text",
     .operand = "regular",
     .minOperands = 2,
     .maxOperands = 2},
    {.program = "dig",
     .options = "-4 -6 -t:word -x:word",
     .operand = "query",
     .minOperands = 0,
     .separator = false,
     .network = true},
    {.program = "dirname", .options = "-z --zero", .operand = "text", .minOperands = 1},
    {.program = "du",
     .options =
         "-a --all -b --bytes -c --total -d:number --max-depth:number -h --human-readable -H --si -k -l "
         "--count-links -L --dereference -m -P --no-dereference -s --summarize -S --separate-dirs -t:word "
         "--threshold:word -x --one-file-system -B:word --block-size:word --apparent-size --inodes --exclude:text "
         "--time?word --time-style:text -0 --null",
     .operand = "path"},
    {.program = "echo", .options = "", .operand = "text", .style = Style::raw},
    {.program = "false", .options = "", .operand = "text", .style = Style::raw},
    {.program = "file",
     .options = "-b --brief -h --no-dereference -i --mime --mime-type --mime-encoding -k --keep-going -L --dereference "
                "-N --no-pad -0 --print0",
     .operand = "file",
     .alone = "--help --version -v"},
    {.program = "find",
     .options = "-H -L -P ( ) ! , -a -o -and -or -not -true -false -daystart -depth -d -follow -maxdepth:number "
                "-mindepth:number -mount -xdev -noleaf -nowarn -warn -ignore_readdir_race -noignore_readdir_race "
                "-regextype:word -amin:text -anewer:path -atime:text -cmin:text -cnewer:path -ctime:text -empty "
                "-executable -fstype:text -gid:text -group:text -ilname:text -iname:text -inum:text -ipath:text "
                "-iregex:text -iwholename:text -links:text -lname:text -mmin:text -mtime:text -name:text -newer:path "
                "-neweraa:path -newerac:path -neweram:path -newerat:text -newerca:path -newercc:path -newercm:path "
                "-newerct:text -newerma:path -newermc:path -newermm:path -newermt:text -nogroup -nouser -path:text "
                "-perm:text -readable -regex:text -samefile:path -size:text -type:text -uid:text -used:text -user:text "
                "-wholename:text -writable -xtype:text -ls -print -print0 -printf:text -prune -quit",
     .operand = "path",
     .alone = "--help --version -help -version",
     .style = Style::expression},
    {.program = "free",
     .options =
         "-b --bytes -k --kibi -m --mebi -g --gibi --tebi --kilo --mega --giga -h --human --si -l --lohi -t --total "
         "-w --wide -v --committed",
     .alone = "--help --version -V"},
    {.program = "grep",
     .options =
         "-E --extended-regexp -F --fixed-strings -G --basic-regexp -P --perl-regexp -e:text --regexp:text=-e -i "
         "--ignore-case --no-ignore-case -v --invert-match -w --word-regexp -x --line-regexp -y -c --count "
         "--color?word --colour?word -L --files-without-match -l --files-with-matches -m:number "
         "--max-count:number -o --only-matching -q --quiet --silent -s --no-messages -b --byte-offset -H "
         "--with-filename -h --no-filename --label:text -n --line-number -T --initial-tab -Z --null -z --null-data "
         "-A:number --after-context:number -B:number --before-context:number -C:number --context:number -NUM=-C "
         "--group-separator:text --no-group-separator -a --text -I --binary-files:word --include:text "
         "--exclude:text --exclude-dir:text -r --recursive=-r -U --binary --line-buffered",
     .operand = "file",
     .pattern = "-e",
     .recursive = "-r",
     .alone = "--help --version -V"},
    {.program = "head",
     .options = "-c:count --bytes:count -n:count --lines:count -NUM=-n -q --quiet --silent -v --verbose -z "
                "--zero-terminated",
     .operand = "file"},
    {.program = "host",
     .options = "-4 -6 -a -t:word -v",
     .operand = "host",
     .minOperands = 1,
     .maxOperands = 2,
     .separator = false,
     .network = true},
    {.program = "hostname",
     .options = "-A --all-fqdns -d --domain -f --fqdn --long -i --ip-address -I --all-ip-addresses -s --short",
     .alone = "--help --version -V -h"},
    {.program = "id",
     .options = "-a -g --group -G --groups -n --name -r --real -u --user -z --zero",
     .operand = "word",
     .maxOperands = 1},
    {.program = "ls",
     .options =
         "-a --all -A --almost-all --author -b --escape --block-size:word -B --ignore-backups -c -C --color?word -d "
         "--directory -f -F --classify?word --file-type --format:word --full-time -g --group-directories-first -G "
         "--no-group -h --human-readable --si -H --dereference-command-line --hide:text --indicator-style:word -i "
         "--inode -I:text --ignore:text -k --kibibytes -l -L --dereference -m -n --numeric-uid-gid -N --literal -o "
         "-p -q --hide-control-chars -Q --quote-name --quoting-style:word -r --reverse -R --recursive -s --size -S "
         "--sort:word --time:word --time-style:text -t -T:number --tabsize:number -u -U -v -w:number "
         "--width:number -x -X -Z --context --zero -1",
     .operand = "path"},
    {.program = "md5sum", .options = checksumOptions, .operand = "file"},
    {.program = "nslookup",
     .options = "",
     .operand = "host",
     .minOperands = 1,
     .maxOperands = 2,
     .separator = false,
     .network = true},
    {.program = "ping",
     .options = "-4 -6 -c:few -n -q -s:number -W:number -w:number",
     .operand = "host",
     .minOperands = 1,
     .maxOperands = 1,
     .required = "-c",
     .separator = false,
     .network = true},
    // ps reads the whole line again as BSD options when anything in it is wrong. There 'e' shows environments, but only
    // words with a dash are read then: so -e is written as -A, and no word with a dash that reaches ps holds an 'e'.
    {.program = "ps",
     .options = "-a -A -c -C:name -d -e=-A -f -F -H -j -l -L -m -M -N -P -T -w -y -Z --deselect --forest --no-headers "
                "--headers --cols:number --columns:number --width:number --rows:number --lines:number -o:columns "
                "--format:columns=-o -O:columns -p:pids --pid:pids=-p -q:pids --quick-pid:pids=-q --ppid:pids -s:pids "
                "--sid:pids=-s --sort:keys -u:user -U:user --user:user=-u --User:user=-U",
     .operand = "bsd",
     .maxOperands = 1,
     .alone = "--help --version -V",
     .style = Style::processes,
     .separator = false},
    {.program = "pwd", .options = "-L --logical -P --physical"},
    {.program = "python", .options = "-V --version=-V", .required = "-V", .alone = "--help -h"},
    {.program = "python3", .options = "-V --version=-V", .required = "-V", .alone = "--help -h"},
    {.program = "realpath",
     .options = "-e --canonicalize-existing -m --canonicalize-missing -L --logical -P --physical -q --quiet "
                "--relative-to:path --relative-base:path -s --strip --no-symlinks -z --zero",
     .operand = "path",
     .minOperands = 1},
    {.program = "sha256sum", .options = checksumOptions, .operand = "file"},
    {.program = "sleep", .options = "", .operand = "seconds", .minOperands = 1, .maxOperands = 1},
    {.program = "sort",
     .options = "-b --ignore-leading-blanks -d --dictionary-order -f --ignore-case -g --general-numeric-sort -i "
                "--ignore-nonprinting -M --month-sort -h --human-numeric-sort -n --numeric-sort -R --random-sort -r "
                "--reverse --sort:word -V --version-sort -c --check?word -C -k:text --key:text -m --merge -s --stable "
                "-t:text --field-separator:text -u --unique -z --zero-terminated --debug",
     .operand = "file"},
    {.program = "stat",
     .options = "-c:text --format:text --printf:text -f --file-system -L --dereference -t --terse",
     .operand = "path",
     .minOperands = 1},
    {.program = "tail",
     .options = "-c:count --bytes:count -n:count --lines:count -NUM=-n -q --quiet --silent -v --verbose -z "
                "--zero-terminated",
     .operand = "file"},
    {.program = "test", .options = "", .operand = "text", .style = Style::raw},
    {.program = "tr",
     .options = "-c -C --complement -d --delete -s --squeeze-repeats -t --truncate-set1",
     .operand = "text",
     .minOperands = 1,
     .maxOperands = 2},
    {.program = "traceroute",
     .options = "-4 -6 -m:number -n -q:few -w:number",
     .operand = "host",
     .minOperands = 1,
     .maxOperands = 1,
     .separator = false,
     .network = true},
    {.program = "true", .options = "", .operand = "text", .style = Style::raw},
    {.program = "uname",
     .options = "-a --all -i --hardware-platform -m --machine -n --nodename -o --operating-system -p --processor -r "
                "--kernel-release -s --kernel-name -v --kernel-version"},
    {.program = "uniq",
     .options = "-c --count -d --repeated -D --all-repeated?word -f:number --skip-fields:number --group?word -i "
                "--ignore-case -s:number --skip-chars:number -u --unique -w:number --check-chars:number -z "
                "--zero-terminated",
     .operand = "file",
     .maxOperands = 1},
    {.program = "uptime", .options = "-p --pretty -s --since", .alone = "--help --version -V -h"},
    {.program = "wc",
     .options = "-c --bytes -l --lines -L --max-line-length -m --chars -w --words --total:word",
     .operand = "file"},
    {.program = "whereis",
     .options = "-b -m -s -u",
     .operand = "name",
     .minOperands = 1,
     .alone = "--help --version -V -h",
     .separator = false},
    {.program = "which", .options = "-a", .operand = "name", .minOperands = 1, .separator = false},
    {.program = "whoami", .options = ""},
};

}  // namespace

std::span<const Rule> rules() {
    return table;
}

const Rule* findRule(std::string_view program) {
    const auto* rule = std::ranges::find(table, program, &Rule::program);
    return rule == std::end(table) ? nullptr : rule;
}

}  // namespace aip::shell
