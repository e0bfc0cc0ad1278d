package singletable

import (
	"encoding/binary"
	"errors"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// A position is where an item lies in what a query reads. Texts are written as their length, a varint, and their bytes:
//
//	of a sharded partition the shard's number, a varint
//	the sort key
//	in an index also the partition and the sort key that the item has in the table
//
// In an index by own attributes each attribute of the sort key, S, N or B by its type and its text, takes the sort key's place.

var errNoKeys = errors.New("an item came without its keys: a projection must name them")

// cursorAt makes the cursor that stands for an item.
func (q *queryPlan) cursorAt(b binding, it item) (string, error) {
	position, err := q.position(it)
	if err != nil {
		return "", err
	}
	return q.entity.table.encodeCursor(b, position), nil
}

func (q *queryPlan) position(it item) (position []byte, err error) {
	base := q.entity.key.of(it)
	if base == (Key{}) {
		return nil, errNoKeys
	}
	if q.own != nil {
		if position, err = q.own.appendPosition(position, it); err != nil {
			return nil, err
		}
	} else {
		at := q.place.of(it)
		if at == (Key{}) {
			return nil, errNoKeys
		}
		if q.shards > 0 {
			_, shard, ok := q.place.splitShard(at.Partition)
			if !ok {
				return nil, errNoKeys
			}
			position = binary.AppendUvarint(position, uint64(shard))
		}
		position = appendText(position, at.Sort)
	}
	if q.index != "" {
		position = appendText(appendText(position, base.Partition), base.Sort)
	}
	return position, nil
}

// start returns the start key that a cursor stands for.
func (q *queryPlan) start(b binding, cursor string) (item, error) {
	position, err := q.entity.table.decodeCursor(b, cursor)
	if err != nil {
		return nil, err
	}
	r := positionReader{rest: position}
	from := item{}
	inside := true
	if q.own != nil {
		inside = q.own.readPosition(&r, &q.byAttributes, from)
	} else {
		partition := q.key.Partition
		if q.shards > 0 {
			shard := r.length()
			r.damaged = r.damaged || shard >= uint64(q.shards)
			partition = inShard(partition, int(shard))
		}
		sort := r.key(maxSortKey)
		inside = q.condition.holds(sort)
		q.place.set(from, Key{partition, sort})
	}
	if q.index != "" {
		q.entity.key.set(from, Key{r.key(maxPartitionKey), r.key(maxSortKey)})
	}
	if r.damaged || len(r.rest) > 0 {
		return nil, &CursorError{"it is damaged"}
	}
	if !inside {
		return nil, &CursorError{"its position is outside the query"}
	}
	return from, nil
}

// appendPosition appends the values of the sort key's attributes.
func (p *attributePlace) appendPosition(position []byte, it item) ([]byte, error) {
	for i := range p.sort {
		switch v := it[p.sort[i].Name].(type) {
		case *types.AttributeValueMemberS:
			position = appendText(append(position, 'S'), v.Value)
		case *types.AttributeValueMemberN:
			position = appendText(append(position, 'N'), v.Value)
		case *types.AttributeValueMemberB:
			position = appendText(append(position, 'B'), string(v.Value))
		default:
			return nil, errNoKeys
		}
	}
	return position, nil
}

// readPosition reverses appendPosition into a start key, completes that with the query's partition, and tells whether it lies
// inside of the query.
func (p *attributePlace) readPosition(r *positionReader, c *attributeCondition, from item) bool {
	for i := range p.partition {
		from[p.partition[i].Name] = c.partition[i]
	}
	var sort []types.AttributeValue
	for i := range p.sort {
		k := &p.sort[i]
		kind := r.byte()
		switch as := k.storedAs(); {
		case string(kind) != string(as):
			r.damaged = true
		case as == types.ScalarAttributeTypeS:
			sort = append(sort, &types.AttributeValueMemberS{Value: r.key(maxSortKey)})
		case as == types.ScalarAttributeTypeN:
			sort = append(sort, &types.AttributeValueMemberN{Value: r.number()})
		default:
			sort = append(sort, &types.AttributeValueMemberB{Value: []byte(r.text(maxSortKey))})
		}
		if r.damaged {
			return false
		}
		from[k.Name] = sort[i]
	}
	return c.holds(sort)
}

func appendText(position []byte, text string) []byte {
	return append(binary.AppendUvarint(position, uint64(len(text))), text...)
}

// positionReader takes a position apart. What it reads after something was damaged means nothing.
type positionReader struct {
	rest    []byte
	damaged bool
}

func (r *positionReader) byte() rune {
	if len(r.rest) == 0 {
		r.damaged = true
		return 0
	}
	b := r.rest[0]
	r.rest = r.rest[1:]
	return rune(b)
}

// length reads a number that is written as short as it can be.
func (r *positionReader) length() uint64 {
	n, size := binary.Uvarint(r.rest)
	if size != len(binary.AppendUvarint(nil, n)) {
		r.damaged, r.rest = true, nil
		return 0
	}
	r.rest = r.rest[size:]
	return n
}

func (r *positionReader) text(limit int) string {
	n := r.length()
	if n == 0 || n > uint64(limit) || n > uint64(len(r.rest)) {
		r.damaged = true
		return ""
	}
	text := string(r.rest[:n])
	r.rest = r.rest[n:]
	return text
}

func (r *positionReader) key(limit int) string {
	text := r.text(limit)
	r.damaged = r.damaged || !utf8.ValidString(text)
	return text
}

// maxNumberText is more than the longest text of a number that DynamoDB gives back.
const maxNumberText = 200

// number reads what can be a number of DynamoDB's, and is compared in no time.
func (r *positionReader) number() string {
	text := r.text(maxNumberText)
	mantissa, exponent, scaled := strings.Cut(strings.ToLower(text), "e")
	if scaled {
		n, err := strconv.Atoi(exponent)
		r.damaged = r.damaged || err != nil || n < -maxNumberText || n > maxNumberText
	}
	whole, fraction, _ := strings.Cut(strings.TrimPrefix(mantissa, "-"), ".")
	digits := whole + fraction
	r.damaged = r.damaged || digits == "" || strings.Trim(digits, "0123456789") != ""
	return text
}
