#include "schema/scopes.h"

namespace aip::schema {

Scope Scopes::entered(Scope scope, ResourceId resource) {
    for (Scope at = scope; at != none; at = _steps[at].before) {
        if (_steps[at].resource == resource) {
            return scope;
        }
    }
    for (Scope known = 1; known < _steps.size(); ++known) {
        if (_steps[known].before == scope && _steps[known].resource == resource) {
            return known;
        }
    }
    _steps.push_back({scope, resource});
    return static_cast<Scope>(_steps.size() - 1);
}

}  // namespace aip::schema
