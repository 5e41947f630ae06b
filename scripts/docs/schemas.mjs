// In the contract, a schema and its type have the same name. Entry points export only the type, but TypeDoc would show
// both: a second page with that name, about zod, and the schema's code as the default of each field.
import { Converter, ReferenceType, ReflectionKind } from 'typedoc';

/** @param {import('typedoc').Application} app */
export function hideSchemas(app) {
  app.converter.on(Converter.EVENT_RESOLVE_BEGIN, ({ project }) => {
    for (const reflection of project.getReflectionsByKind(ReflectionKind.TypeAlias)) {
      const { type } = reflection;
      if (type instanceof ReferenceType && type.package === 'zod')
        project.removeReflection(reflection);
    }
    for (const property of project.getReflectionsByKind(ReflectionKind.Property)) {
      if (property.parent?.kindOf(ReflectionKind.Interface)) delete property.defaultValue;
    }
  });
}
