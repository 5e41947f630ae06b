// What TypeDoc does not demand by itself: whatever one calls or catches is shown in use.
import { ReflectionKind } from 'typedoc';

/** @param {import('typedoc').Application} app */
export function demandExamples(app, project) {
  const kinds = ReflectionKind.Class | ReflectionKind.Function | ReflectionKind.Variable;
  for (const reflection of project.getReflectionsByKind(kinds)) {
    const comments = [
      reflection.comment,
      ...(reflection.signatures ?? []).map(({ comment }) => comment),
    ];
    if (comments.some((comment) => comment?.getTag('@example'))) continue;
    // A type that only names a class: its own page has the example.
    if (reflection.isReference()) continue;
    app.logger.validationWarning(`${reflection.getFriendlyFullName()} has no @example.`);
  }
}
