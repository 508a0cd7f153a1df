/*
 * Lets a test import a page's module: the pages say `/rollcall/…`, as the services serve it.
 */
import { register } from 'node:module';

const root = new URL('../../../../', import.meta.url);
const webroot = `${new URL('shared/src/main/resources/webroot', root)}`;

const hooks = `export const resolve = (specifier, context, next) =>
  next(specifier.startsWith('/rollcall/') ? '${webroot}' + specifier : specifier, context);`;
register(`data:text/javascript,${encodeURIComponent(hooks)}`);

export const importPage = (service, file) =>
  import(new URL(`${service}/src/main/resources/webroot/${file}`, root));
