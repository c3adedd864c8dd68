import { Command } from 'nest-commander';
import { BelfryCommand, type JsonOption } from './belfry-command.js';

/** Brings the database up to this version. */
@Command({
  name: 'migrate',
  description: "apply this version's missing migrations to the database, and list them",
})
export class MigrateCommand extends BelfryCommand {
  protected readonly examples = [
    'belfry migrate',
    'DATABASE_URL=postgres://belfry:password@db.example.com/belfry belfry migrate',
  ];

  async run(_arguments: string[], options: JsonOption): Promise<void> {
    const { app } = await this.workplace.open();
    // Loaded here alone: no other command is to wait for it.
    const { DatabaseHealth } = await import('@belfry/persistence');
    const applied = app.get(DatabaseHealth).appliedAtOpening;
    this.output.show(options, { applied }, () =>
      applied.length === 0
        ? 'No migrations were missing.'
        : applied.map((name) => `applied ${name}`).join('\n'),
    );
  }
}
