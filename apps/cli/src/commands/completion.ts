/**
 * `belfry completion`: the script by which a shell completes the command. All words are in the script: asking the command
 * at every press of the tab key would take a third of a second each time.
 */
import type { CommandUnknownOpts } from '@commander-js/extra-typings';
import { verb } from '../command.js';
import { oneOf } from '../input.js';
import { show } from '../output.js';

/** The shells that there is a script for. */
const shells = ['bash', 'zsh', 'fish'] as const;
type Shell = (typeof shells)[number];

export const completionCommand = () =>
  verb(
    'completion',
    'Print a script that makes your shell complete this command',
    [
      'source <(belfry completion bash)',
      'source <(npx belfry completion bash)',
      'belfry completion zsh >> ~/.zshrc',
      'belfry completion fish > ~/.config/fish/completions/belfry.fish',
    ],
    'The script completes `npx belfry` too.',
  )
    .argument('<shell>', shells.join(', '), oneOf('shell', shells))
    .action((shell, options, command) => {
      const script = completionScript(rootOf(command), shell);
      show(options, { shell, script }, () => script.trimEnd());
    });

function rootOf(command: CommandUnknownOpts): CommandUnknownOpts {
  return command.parent === null ? command : rootOf(command.parent);
}

/** One place on the command line: the words that lead to it, and what can follow. */
interface Place {
  /** The command's words, each after a space: ` accounts list`. */
  readonly path: string;
  readonly words: readonly string[];
  readonly options: CommandUnknownOpts['options'];
}

/**
 * The script for a command and everything under it. It completes `npx belfry` as well, which is how the command is run
 * in a checkout; whatever else npx runs is completed as without it.
 */
function completionScript(root: CommandUnknownOpts, shell: Shell): string {
  const places = placesOf(root, '');
  if (shell === 'fish') return fishScript(root.name(), places);
  const script = bashScript(root.name(), places);
  // zsh brings a layer that takes bash's completions.
  return shell === 'bash'
    ? script
    : `autoload -U +X compinit && compinit\nautoload -U +X bashcompinit && bashcompinit\n${script}`;
}

function bashScript(name: string, places: readonly Place[]): string {
  return `# Completion of ${name}. Put into your shell's start file: source <(${name} completion bash)
_${name}() {
  local place='' word i first=1 words=''
  COMPREPLY=()
  if [[ "\${COMP_WORDS[0]##*/}" == npx ]]; then
    [[ "\${COMP_WORDS[1]}" == ${name} ]] && ((COMP_CWORD > 1)) || return 0
    first=2
  fi
  for ((i = first; i < COMP_CWORD; i++)); do
    word="\${COMP_WORDS[i]}"
    case "$place $word" in
      ${knownPaths(places)}) place="$place $word" ;;
    esac
  done
  case "$place \${COMP_WORDS[COMP_CWORD - 1]}" in
${places.flatMap((place) => choicesOf(place).map(({ path, words }) => `    ${quoted(path)}) words=${quoted(words)} ;;`)).join('\n')}
    *)
      case "$place" in
${places.map(({ path, words }) => `        ${quoted(path)}) words=${quoted(words.join(' '))} ;;`).join('\n')}
      esac
      ;;
  esac
  COMPREPLY=($(compgen -W "$words" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -F _${name} ${name}
complete -o default -F _${name} npx
`;
}

function fishScript(name: string, places: readonly Place[]): string {
  return `# Completion of ${name}. Put into ~/.config/fish/completions/${name}.fish: ${name} completion fish > that file
function __${name}_words
  set -l words (commandline -opc)
  set -e words[1]
  test "$words[1]" = ${name}; and set -e words[1]
  set -l place ''
  for word in $words
    switch "$place $word"
      case ${knownPaths(places).replaceAll(' | ', ' ')}
        set place "$place $word"
    end
  end
  switch "$place $words[-1]"
${places.flatMap((place) => choicesOf(place).map(({ path, words }) => `    case ${quoted(path)}\n      string split ' ' -- ${quoted(words)}`)).join('\n')}
    case '*'
      switch "$place"
${places.map(({ path, words }) => `        case ${quoted(path)}\n          string split ' ' -- ${quoted(words.join(' '))}`).join('\n')}
      end
  end
end
complete -c ${name} -f -a '(__${name}_words)'
complete -c npx -n 'test (count (commandline -opc)) -gt 1; and test (commandline -opc)[2] = ${name}' -f -a '(__${name}_words)'
`;
}

function knownPaths(places: readonly Place[]): string {
  return places
    .slice(1)
    .map(({ path }) => quoted(path))
    .join(' | ');
}

function placesOf(command: CommandUnknownOpts, path: string): readonly Place[] {
  const options = command.options.filter(({ hidden, long }) => !hidden && long !== undefined);
  const words = [
    ...command.commands.map((child) => child.name()),
    ...options.map(({ long }) => long!),
    '--help',
  ];
  const children = command.commands.flatMap((child) => placesOf(child, `${path} ${child.name()}`));
  return [{ path, words, options }, ...children];
}

/** After an option that takes one of a few words, those words are offered. */
function choicesOf({ path, options }: Place): readonly { readonly path: string; readonly words: string }[] {
  return options.flatMap(({ long, argChoices }) =>
    argChoices === undefined ? [] : [{ path: `${path} ${long}`, words: argChoices.join(' ') }],
  );
}

/** In single quotes, where a shell takes everything literally. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
