package singletable

// Current returns the entity that was in the way of a write, as it is in the table: the one that a Create found under its
// key, or that had another version than a Put, Update or Delete expected, or did not meet a condition. It looks through err
// and all that it wraps for an [*ItemError] of this repository's type that carries an item:
//
//	err := accounts.Put(ctx, account)
//	if current, ok := accounts.Current(err); ok && errors.Is(err, singletable.ErrConflict) {
//		// current.Version is what the table has
//	}
//
// Of a transaction's error it is the first of this type; give it one of the Reasons for the others. It is false when there was
// no item in the way, or an expired one, which counts as none, when the item is of another type or cannot be decoded, and for
// a unique value, which another entity has: [ItemError].Constraint names it.
func (r *Repo[T]) Current(err error) (T, bool) {
	switch e := err.(type) {
	case *ItemError:
		if e.Current != nil && e.Entity == r.entity.schema.Type && r.entity.holds(e.Current) {
			var v T
			if r.entity.decode(e.Current, &v) == nil {
				return v, true
			}
		}
		return r.Current(e.Err)
	case interface{ Unwrap() error }:
		return r.Current(e.Unwrap())
	case interface{ Unwrap() []error }:
		for _, inner := range e.Unwrap() {
			if v, ok := r.Current(inner); ok {
				return v, true
			}
		}
	}
	var none T
	return none, false
}
