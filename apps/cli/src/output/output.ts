import { Injectable } from '@nestjs/common';
import { dim } from './style.js';

/** Writes what a command answers: results to standard output, remarks to standard error. */
@Injectable()
export class Output {
  /** The answer: as one JSON document for machines, or as people like to read it. */
  show(options: { readonly json?: boolean }, document: unknown, forPeople: () => string): void {
    this.line(options.json === true ? JSON.stringify(document, null, 2) : forPeople());
  }

  /** One line, or several, of the result. */
  line(text: string): void {
    process.stdout.write(`${text}\n`);
  }

  /** A remark beside the result: it does not get into pipes. */
  remark(text: string): void {
    process.stderr.write(`${dim(text, process.stderr)}\n`);
  }
}
