#!/bin/sh
# The example for Hibernate: its own hbm2ddl and a history of ours make the same schema, and the
# application works on ours. What the README says is typed; in Maven's stead, the compiler is called.
. "${MIGRATE_SRCDIR:-$(dirname "$0")/../..}/tests/cli/lib.sh"
. "$srcdir/tests/cli/pg.sh"
. "$srcdir/tests/cli/orm.sh"
need sqlite3
need_java
need_postgresql

mvn() {
    mkdir -p target/classes
    [ -e target/dependency ] || ln -s "$jars" target/dependency
    cp -R src/main/resources/. target/classes
    find src/main/java -name '*.java' >sources
    javac -J-XX:TieredStopAtLevel=1 -proc:none -cp 'target/dependency/*' -d target/classes @sources
}

java() {
    command java -XX:TieredStopAtLevel=1 "$@"
}

start() {
    cp -R "$srcdir/examples/hibernate-notes/." .
    chmod -R u+w .
    mkdir -p src/main/java/test
    cp "$srcdir/tests/lib/java/UnixSockets.java" src/main/java/test
}

# jdbc DATABASE: how the driver of PostgreSQL, which knows TCP only, reaches the server.
jdbc() {
    echo "//localhost/$1?user=postgres&socketFactory=test.UnixSockets&socketFactoryArg=$(echo "$cluster"/.s.PGSQL.*[0-9])"
}

on_postgresql() {
    fresh_database
    DATABASE=$(jdbc "$database") DATABASE_URL=$url
    export DATABASE DATABASE_URL
}

# java_program NAME BODY: a class beside the application's, with a method of an entity manager of the unit,
# with the settings that its arguments are.
java_program() {
    cat >"src/main/java/test/$1.java" <<JAVA
package test;

import jakarta.persistence.*;
import java.util.*;
import notes.*;

public class $1 {
    static void fails(EntityManager manager, Runnable wrong) {
        manager.getTransaction().begin();
        try {
            wrong.run();
            manager.flush();
        } catch (PersistenceException expected) {
            return;
        } finally {
            manager.getTransaction().rollback();
            manager.clear();
        }
        throw new AssertionError("it was taken");
    }

    static void check(boolean good) {
        if (!good)
            throw new AssertionError();
    }

    public static void main(String[] words) {
        Map<String, String> settings = new HashMap<>(Notes.settings());
        for (String word : words)
            settings.put(word.split("=", 2)[0], word.split("=", 2)[1]);
        try (var factory = Persistence.createEntityManagerFactory("notes", settings);
                var manager = factory.createEntityManager()) {
$2
        }
    }
}
JAVA
}

run_program() {
    _class=$1
    shift
    java -cp "target/classes:target/dependency/*" "test.$_class" "$@" >log 2>&1 || fail "$(cat log)"
}

write_programs() {
    java_program Use '
            manager.getTransaction().begin();
            Notebook book = new Notebook();
            book.name = "one";
            manager.persist(book);
            Note note = new Note();
            note.notebook = book;
            note.title = "Hello";
            manager.persist(note);
            manager.getTransaction().commit();
            manager.clear();
            Note found = manager.find(Note.class, note.id);
            check(found.stars == 0 && found.writtenAt != null && found.notebook.name.equals("one"));
            fails(manager, () -> {
                Notebook same = new Notebook();
                same.name = "one";
                manager.persist(same);
            });
            fails(manager, () -> manager.find(Note.class, note.id).stars = 6);
            if (System.getenv("DATABASE") != null) fails(manager, () -> {
                Note same = new Note();
                same.notebook = manager.find(Notebook.class, book.id);
                same.title = "Hello";
                manager.persist(same);
            });
            manager.getTransaction().begin();
            manager.remove(manager.find(Note.class, note.id));
            manager.remove(manager.find(Notebook.class, book.id));
            manager.getTransaction().commit();'
    java_program Create ''
}

# hbm2ddl URL: what Hibernate makes in another database.
hbm2ddl() {
    run_program Create hibernate.hbm2ddl.auto=create "jakarta.persistence.jdbc.url=$1" \
        jakarta.persistence.create-database-schemas=true
}

tell_the_story() {
    write_programs
    commands README.md >"$_case/commands"
    . "$_case/commands" >log
    grep -q '^home: Water the flowers 0$' log || fail "$(cat log)"
    sed -i 's/^    public String text = .*/&\n\n    @Column(length = 6)\n    public String colour;/' src/main/java/notes/Note.java
    sed '2d; $d; s/first tables/add colour/' "$_case/commands" >"$_case/more"
    . "$_case/more" >log
    grep -q colour versions/*add_colour.sql || fail 'there is no colour'
    run_program Use
}

scenario 'on SQLite' <<'EOS'
start
tell_the_story
hbm2ddl jdbc:sqlite:orm.db
expect_agreement sqlite:///orm.db
EOS

scenario 'on PostgreSQL' <<'EOS'
start
on_postgresql
tell_the_story
make_orm_database
hbm2ddl "jdbc:postgresql:$(jdbc "$orm_database")"
expect_agreement "$orm_url"
EOS

# Entities with what the ORM has, in the same unit.
all_kinds() {
    mkdir -p src/main/java/more
    cat >src/main/java/more/Everything.java <<'JAVA'
package more;

import jakarta.persistence.*;
import java.math.BigDecimal;
import java.time.*;
import java.util.*;
import org.hibernate.annotations.Check;
import org.hibernate.annotations.ColumnDefault;
import org.hibernate.annotations.Comment;
import org.hibernate.annotations.Generated;
import org.hibernate.annotations.NaturalId;
import org.hibernate.annotations.OnDelete;
import org.hibernate.annotations.OnDeleteAction;

@Entity
@Table(name = "`every Thing`", indexes = @Index(columnList = "big desc, flag"))
@Comment("\"everything\"; and more")
public class Everything extends Base {
    public enum Kind { A, B }

    @Id @GeneratedValue(strategy = GenerationType.UUID) public UUID id;
    @Column(unique = true) public long big;
    public byte[] blob;
    @Lob public String text;
    public boolean flag;
    @Column(name = "`Char Ü`", length = 3, nullable = false) @ColumnDefault("'it''s 100%'") public String odd;
    @Column(precision = 8, scale = 3) @Check(name = "positive", constraints = "exact > 0") public BigDecimal exact;
    public double real;
    @Enumerated(EnumType.STRING) public Kind kind;
    @Enumerated public Kind number;
    public LocalDate day;
    public LocalTime time;
    public Instant moment;
    public Duration span;
    @Comment("100% of it") @Column(insertable = false) @Generated(sql = "big * 2") public Long twice;
    @Embedded public Address home;
    @ElementCollection public Set<String> tags;
    @ElementCollection @OrderColumn public List<Address> others;
    @OneToOne public Everything friend;
    @ManyToMany @OnDelete(action = OnDeleteAction.CASCADE) public Set<Child> children;
    @NaturalId public String code;
    @Version public int version;
}
JAVA
    cat >src/main/java/more/Base.java <<'JAVA'
package more;

import jakarta.persistence.*;

@MappedSuperclass
public class Base {
    @Column(name = "made_at") @org.hibernate.annotations.CreationTimestamp public java.time.LocalDateTime made;
}
JAVA
    cat >src/main/java/more/Address.java <<'JAVA'
package more;

import jakarta.persistence.*;

@Embeddable
public class Address {
    @Convert(converter = Upper.class) public String street;
    @Convert(disableConversion = true) public String city;

    @Converter
    public static class Upper implements AttributeConverter<String, Integer> {
        public Integer convertToDatabaseColumn(String text) { return 1; }
        public String convertToEntityAttribute(Integer number) { return ""; }
    }
}
JAVA
    cat >src/main/java/more/Child.java <<'JAVA'
package more;

import jakarta.persistence.*;

@Entity
@Inheritance(strategy = InheritanceType.JOINED)
public class Child {
    @Id public long id;
}
JAVA
    cat >src/main/java/more/Grandchild.java <<'JAVA'
package more;

import jakarta.persistence.*;

@Entity
public class Grandchild extends Child {
    @ManyToOne(fetch = FetchType.LAZY) @JoinColumn(foreignKey = @ForeignKey(name = "own Key")) public Child parent;
}
JAVA
    sed -i 's/notes.Note</more.Everything</; s/notes.Notebook</more.Child</; s/.*<class>more.Child.*/&<class>more.Grandchild<\/class>/' \
        src/main/resources/META-INF/persistence.xml
    sed -i 's/^model = .*/model = hibernate:more.* notes.*/' migrate.ini
    echo 'exclude = HT_*, HTE_*' >>migrate.ini
}

make_all() {
    mkdir versions
    java_program Create ''
    mvn
    run_ok migrate revision --autogenerate -m first
    run_ok migrate upgrade head
    run_ok migrate check
}

scenario 'what Hibernate has, on SQLite' <<'EOS'
start
all_kinds
make_all
hbm2ddl jdbc:sqlite:orm.db
expect_agreement sqlite:///orm.db
EOS

scenario 'what Hibernate has, on PostgreSQL' <<'EOS'
start
on_postgresql
all_kinds
cat >src/main/java/more/Elsewhere.java <<'JAVA'
package more;

import jakarta.persistence.*;
import java.util.*;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.type.SqlTypes;

@Entity
@Table(schema = "`other Schema`", uniqueConstraints = @UniqueConstraint(columnNames = {"doc", "texts"}))
public class Elsewhere {
    @Id @GeneratedValue public Long id;
    @JdbcTypeCode(SqlTypes.JSON) public Map<String, String> doc;
    public List<String> texts;
    @JdbcTypeCode(SqlTypes.NAMED_ENUM) public Everything.Kind kind;
    @ManyToOne public Everything thing;
}
JAVA
sed -i 's/.*<class>more.Child.*/&<class>more.Elsewhere<\/class>/' src/main/resources/META-INF/persistence.xml
echo 'include_schemas = *' >>migrate.ini
make_all
make_orm_database
hbm2ddl "jdbc:postgresql:$(jdbc "$orm_database")"
expect_err_like 'casts are not managed yet'
_psql "$orm_database" -c 'DROP CAST (kind AS varchar); DROP CAST (varchar AS kind)'
expect_agreement "$orm_url"
sed -i 's/^model = .*/model = hibernate:notes/' migrate.ini
run_ok migrate check
EOS

scenario 'what is wrong is named' <<'EOS'
start
sed -i /^model_cache/d migrate.ini
mkdir versions
wrong() {
    sed -i "s|^model = .*|model = hibernate:$1|" migrate.ini
    run_fails 3 migrate check
    grep -qF "error E208: model 'hibernate:$1': $2" "$err" || fail "$(cat "$err")"
    [ -z "${3:-}" ] || grep -qF "$3" "$err" || fail "$(cat "$err")"
}
wrong notes "there is no package 'org.hibernate.orm:hibernate-core' on the class path 'target/classes:target/dependency/*'" 'mvn compile dependency:copy-dependencies'
echo 'model_args = --classpath classes:jars/*' >>migrate.ini
mkdir jars
ln -s "$jars"/* jars
rm jars/hibernate-community-*
wrong notes "there is no package 'org.hibernate.orm:hibernate-community-dialects' on the class path 'classes:jars/*'"
rm -r jars
ln -s "$jars" jars
wrong notes "there is no persistence unit or class 'notes'" 'were the classes compiled?'
mvn
mv target/classes classes
wrong nothing "there is no persistence unit or class 'nothing'" "The units are 'notes'."
wrong notes.Notes "class 'notes.Notes' is no entity"
wrong test.* "package 'test' holds no entity"
wrong notes.Note "Hibernate cannot write the tables for sqlite: Association 'notes.Note.notebook' targets the type 'notes.Notebook'"
sed -i 's|^model = .*|model = hibernate:notes.Note notes.Notebook|; s|^model_args.*|& -Dhibernate.physical_naming_strategy=org.hibernate.boot.model.naming.CamelCaseToUnderscoresNamingStrategy|' migrate.ini
run_ok migrate inspect model
expect_out_like 'CREATE TABLE note '
echo 'java = no-such-java' >>migrate.ini
run_fails 3 migrate check
expect_err_like 'no-such-java'
expect_err_like "name it with 'java' in migrate.ini"
EOS
