/**
 * Makes the script by which a shell completes the command. All words stand in the script: asking the command at every
 * press of the tab key would take half a second each time.
 */

/** What is needed to know of one of commander's commands. */
export interface CommandNode {
  name(): string;
  readonly commands: readonly CommandNode[];
  readonly options: readonly OptionNode[];
}

interface OptionNode {
  readonly long?: string | undefined;
  readonly hidden: boolean;
  readonly argChoices?: readonly string[] | undefined;
}

/** The shells that a script can be made for. */
export const shells = ['bash', 'zsh'] as const;
export type Shell = (typeof shells)[number];

/** One place on the command line: the words that lead to it, and what can follow. */
interface Place {
  /** The command's words, each after a space: ` accounts list`. */
  readonly path: string;
  readonly words: readonly string[];
  readonly options: readonly OptionNode[];
}

/** The script for a command and everything under it. */
export function completionScript(root: CommandNode, shell: Shell): string {
  const name = root.name();
  const places = placesOf(root, '');
  const script = `# Completion of ${name}. Put into your shell's start file: source <(${name} completion ${shell})
_${name}() {
  local place='' word i words=''
  for ((i = 1; i < COMP_CWORD; i++)); do
    word="\${COMP_WORDS[i]}"
    case "$place $word" in
      ${places
        .slice(1)
        .map(({ path }) => quoted(path))
        .join(' | ')}) place="$place $word" ;;
    esac
  done
  case "$place \${COMP_WORDS[COMP_CWORD - 1]}" in
${places.flatMap(choiceCases).join('\n')}
    *)
      case "$place" in
${places.map(({ path, words }) => `        ${quoted(path)}) words=${quoted(words.join(' '))} ;;`).join('\n')}
      esac
      ;;
  esac
  COMPREPLY=($(compgen -W "$words" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -F _${name} ${name}
`;
  // zsh brings a layer that takes bash's completions.
  return shell === 'bash'
    ? script
    : `autoload -U +X compinit && compinit\nautoload -U +X bashcompinit && bashcompinit\n${script}`;
}

function placesOf(command: CommandNode, path: string): readonly Place[] {
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
function choiceCases({ path, options }: Place): readonly string[] {
  return options.flatMap(({ long, argChoices }) =>
    argChoices === undefined
      ? []
      : [`    ${quoted(`${path} ${long}`)}) words=${quoted(argChoices.join(' '))} ;;`],
  );
}

/** In single quotes, where a shell takes everything as it stands. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
