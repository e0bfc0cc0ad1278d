package templatetest

// cloudFormationTable reads an AWS::DynamoDB::Table, or a GlobalTable, which has the same properties.
func (r *reader) cloudFormationTable(from *Resource) declared {
	d := declared{pos: from.Pos}
	properties, ok := r.optional(from.body, "Properties", "the table")
	if !ok {
		if from.body.kind == mapping {
			r.report(from.Pos, "the table has no Properties")
		}
		d.key.unread, d.attributesUnread, d.indexesUnread, d.expiry.unread = true, true, true, true
		return d
	}
	d.key = r.keySchema(key{pos: from.Pos}, properties, "KeySchema", "AttributeName", "KeyType", "the table")
	definitions, ok := r.items(properties, "AttributeDefinitions", "the table")
	d.attributesUnread = !ok
	for _, item := range definitions {
		name, ok1 := r.text(item, "AttributeName", "AttributeDefinitions", true)
		typ, ok2 := r.text(item, "AttributeType", "attribute "+name, true)
		if d.attributes = append(d.attributes, attribute{item.pos, name, typ}); !ok1 || !ok2 {
			d.attributesUnread = true
		}
	}
	r.cloudFormationIndexes(&d, properties, "GlobalSecondaryIndexes", false)
	r.cloudFormationIndexes(&d, properties, "LocalSecondaryIndexes", true)
	switch ttl, there := r.optional(properties, "TimeToLiveSpecification", "the table"); {
	case there:
		d.expiry = r.expiry(ttl, "AttributeName", "Enabled", "TimeToLiveSpecification")
	case properties.kind != mapping:
		d.expiry.unread = true
	}
	return d
}

func (r *reader) cloudFormationIndexes(d *declared, properties Node, name string, local bool) {
	items, ok := r.items(properties, name, "the table")
	if !ok {
		d.indexesUnread = true
	}
	for _, item := range items {
		indexName, ok := r.text(item, "IndexName", name, true)
		if !ok {
			d.indexesUnread = true
			continue
		}
		what := "index " + indexName
		x := index{pos: item.pos, name: indexName, local: local}
		x.key = r.keySchema(key{pos: item.pos}, item, "KeySchema", "AttributeName", "KeyType", what)
		before := len(r.differences)
		if p, there := r.optional(item, "Projection", what); there {
			x.projection = r.projection(p, "ProjectionType", "NonKeyAttributes", what)
		} else if len(r.differences) == before {
			r.report(item.pos, "%s: there is no Projection", what)
			x.projection.unread = true
		}
		d.indexes = append(d.indexes, x)
	}
}

// keySchema reads a list of attributes with their roles and appends them to k.
func (r *reader) keySchema(k key, n Node, name, attributeName, keyType, what string) key {
	items, ok := r.items(n, name, what)
	k.unread = k.unread || !ok
	if found, there := r.optional(n, name, what); there && len(items) > 0 {
		k.pos = found.pos
	}
	for _, item := range items {
		attribute, ok1 := r.text(item, attributeName, what+": "+name, true)
		role, ok2 := r.text(item, keyType, what+": "+name, true)
		k.unread = k.unread || !ok1 || !ok2
		k.parts = append(k.parts, keyPart{attribute, role})
	}
	return k
}

func (r *reader) projection(n Node, typ, attributes, what string) projection {
	p := projection{pos: n.pos}
	var ok1, ok2 bool
	p.typ, ok1 = r.text(n, typ, what, true)
	p.attributes, ok2 = r.texts(n, attributes, what)
	p.unread = !ok1 || !ok2
	if found, there := r.optional(n, typ, what); there {
		p.pos = found.pos
	}
	return p
}

func (r *reader) expiry(n Node, attribute, enabled, what string) expiry {
	x := expiry{pos: n.pos}
	before := len(r.differences)
	x.enabled = r.flag(n, enabled, what)
	x.attribute, _ = r.text(n, attribute, what, x.enabled)
	x.unread = len(r.differences) > before
	return x
}
