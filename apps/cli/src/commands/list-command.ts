import { Option } from 'nest-commander';
import { idBeforePage, longestPage, type PageOptions } from '../input/pages.js';
import { readWholeNumber } from '../input/values.js';
import { BelfryCommand, type JsonOption } from './belfry-command.js';

/** The options of every list. */
export interface ListOptions extends JsonOption, PageOptions {}

/** A command that lists, in pages. */
export abstract class ListCommand extends BelfryCommand {
  @Option({
    flags: '--limit <number>',
    description: `how many to list at most, 1 to ${longestPage} (default: 50)`,
  })
  readLimit(text: string): number {
    return readWholeNumber(text, 1, longestPage);
  }

  @Option({ flags: '--cursor <cursor>', description: 'continue after the page that returned this cursor' })
  readCursor(text: string): string {
    return text;
  }

  @Option({ flags: '--all', description: 'list everything, regardless of the limit' })
  readAll(): boolean {
    return true;
  }

  /** The id that `--cursor` leads past; a wrong cursor is refused before the database is opened. */
  protected async idBeforePage(
    options: PageOptions,
    isId: (text: string) => boolean,
  ): Promise<string | undefined> {
    if (options.cursor === undefined) return undefined;
    const { composition } = await this.workplace.configure();
    return idBeforePage(composition, options, isId);
  }

  /** Tells people how the list goes on. */
  protected remarkMore(options: ListOptions, nextCursor: string | null): void {
    if (nextCursor === null || options.json === true) return;
    this.output.remark(`There are more: add --cursor ${nextCursor}, or --all.`);
  }
}
