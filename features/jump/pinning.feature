Feature: Pinning
  Who works on a machine may leave a Jump Client on it, and come back to it when nobody asks for help.

  Background:
    Given the site "acme"
    And Alex is signed in to the desktop console
    And Blair is signed in to the desktop console
    And Carla is a customer with a Windows PC called "FRONT-3"

  @JPN-01
  Scenario: A machine that is pinned to a Jump Group is there for its members, when the session is long over
    Given Carla is in session with Alex
    Then Alex can pin Carla's device to "Servers, Front desk, personal list" in the modes "user"
    When Alex pins Carla's device to the Jump Group "Front desk" in user mode
    Then Alex is told "the machine is pinned"
    And Alex sees that Carla's device is pinned
    And the Jump Client is installed on "FRONT-3" for its user
    When Alex ends Carla's session
    Then Carla's device has no customer client any more
    And Alex finds the Jump Clients "FRONT-3" after a refresh
    And Blair finds the Jump Clients "FRONT-3" after a refresh
    When Alex jumps to "FRONT-3"
    Then Alex has the session with "FRONT-3" open

  @JPN-01
  Scenario: Who is not in the Jump Group does not have the machine
    Given Carla is in session with Alex
    When Alex pins Carla's device to the Jump Group "Servers" in user mode
    Then Alex finds the Jump Clients "FRONT-3" after a refresh
    And Blair has no Jump Item "FRONT-3" after a refresh

  @JPN-01
  Scenario: A member who asks people before jumping asks the user of a pinned machine, too
    Given Carla is in session with Alex
    And Alex pins Carla's device to the Jump Group "Front desk" in user mode
    And Alex sees that Carla's device is pinned
    When Alex ends Carla's session
    And Blair jumps to "FRONT-3"
    Then the user of "FRONT-3" is asked whether Blair may come in
    When the user of "FRONT-3" accepts
    Then Blair has the session with "FRONT-3" open

  @JPN-01
  Scenario: Without the permission pinning is not offered
    Given Carla is in session with Alex and Blair
    Then Blair is not offered to pin Carla's device
    When Blair tries to pin Carla's device to the Jump Group "Front desk" in user mode
    Then Blair is told "expected something that this console offers, found pinning"
    And no Jump Client comes onto "FRONT-3"

  @JPN-01
  Scenario: One pins to one's own Jump Groups, and to no others
    Given Drew is signed in to the desktop console
    And Carla is in session with Drew
    Then Drew can pin Carla's device to "Front desk, personal list" in the modes "user"
    When Drew tries to pin Carla's device to the Jump Group "Servers" in user mode
    Then Drew is told "expected something that this console offers, found pinning to jump-group-0"
    And no Jump Client comes onto "FRONT-3"

  @JPN-01
  Scenario Outline: What can not have a Jump Client is not offered one, and says so
    Given Dora is a customer with <device>
    And Dora is in session with Alex
    Then Alex is not offered to pin Dora's device
    When Alex tries to pin Dora's device to the personal list in user mode
    Then Alex is told "expected a machine that can be pinned: this kind of machine can have no Jump Client"

    Examples:
      | device            |
      | an Android phone  |
      | an Android tablet |
      | an iPhone         |

  @JPN-01
  Scenario Outline: PCs of every kind can have one
    Given Dora is a customer with a <device> called "BACK-7"
    And Dora is in session with Alex
    When Alex pins Dora's device to the Jump Group "Servers" in user mode
    Then Alex finds the Jump Clients "BACK-7" after a refresh

    Examples:
      | device     |
      | Windows PC |
      | Linux PC   |
      | Mac        |

  @JPN-01
  Scenario: A machine has one Jump Client, whoever pins it
    Given Drew is signed in to the desktop console
    And Carla is in session with Alex and Drew
    When Alex pins Carla's device to the Jump Group "Servers" in user mode
    Then Drew sees that Carla's device is pinned
    And Drew is not offered to pin Carla's device
    When Drew tries to pin Carla's device to the personal list in user mode
    Then Drew is told "expected a machine that can be pinned: the machine has a Jump Client already"
    And Drew has no Jump Item "FRONT-3" after a refresh
    And Alex finds the Jump Clients "FRONT-3" after a refresh

  @JPN-01
  Scenario: A machine that was jumped to is pinned already
    Given a Jump Client of the group "Servers" is installed on the Windows PC "DB-01"
    When Alex jumps to "DB-01"
    Then Alex has the session with "DB-01" open
    When Alex asks to unpin "DB-01"
    Then Alex is asked whether "DB-01" is to be unpinned
    When Alex says Yes to unpinning
    Then there is no Jump Client on "DB-01"
    And Alex has no Jump Item "DB-01" after a refresh
    And Alex has the session with "DB-01" open

  @JPN-02
  Scenario: A machine on the personal list is its representative's alone
    Given Carla is in session with Alex
    When Alex pins Carla's device to the personal list in user mode
    Then Alex finds the Jump Clients "FRONT-3" after a refresh
    And Blair has no Jump Item "FRONT-3" after a refresh
    When Alex ends Carla's session
    And Alex jumps to "FRONT-3"
    Then Alex has the session with "FRONT-3" open

  @JPN-03
  Scenario: Who unpins and says Yes has the Jump Client uninstalled
    Given Carla is in session with Alex
    And Alex pins Carla's device to the Jump Group "Front desk" in user mode
    And Alex sees that Carla's device is pinned
    When Alex asks to unpin "FRONT-3"
    Then Alex is asked whether "FRONT-3" is to be unpinned
    When Alex says Yes to unpinning
    Then Alex is told "the machine is unpinned"
    And there is no Jump Client on "FRONT-3"
    And Alex sees that Carla's device is not pinned
    And Alex has no Jump Item "FRONT-3" after a refresh
    And Blair has no Jump Item "FRONT-3" after a refresh
    And Carla is in session with Alex
    When Alex pins Carla's device to the personal list in user mode
    Then Alex finds the Jump Clients "FRONT-3" after a refresh

  @JPN-03
  Scenario: Who says No leaves all as it is
    Given Carla is in session with Alex
    And Alex pins Carla's device to the Jump Group "Front desk" in user mode
    And Alex sees that Carla's device is pinned
    When Alex asks to unpin "FRONT-3"
    And Alex says No to unpinning
    And 1 minute passes
    Then the Jump Client is installed on "FRONT-3" for its user
    And Alex sees that Carla's device is pinned
    And Blair finds the Jump Clients "FRONT-3" after a refresh

  @JPN-03
  Scenario: Without the permission nobody unpins
    Given Carla is in session with Alex
    And Alex pins Carla's device to the Jump Group "Front desk" in user mode
    And Alex sees that Carla's device is pinned
    When Blair tries to unpin "FRONT-3"
    Then Blair is told "expected something that this console offers, found unpinning"
    And Blair finds the Jump Clients "FRONT-3" after a refresh

  @JPN-03
  Scenario: A Jump Client that is away when it is unpinned leaves every list at once, and its machine when it is back
    Given Carla is in session with Alex
    And Alex pins Carla's device to the Jump Group "Front desk" in user mode
    And Alex sees that Carla's device is pinned
    When Alex ends Carla's session
    And the user of "FRONT-3" logs off
    Then the Jump Client on "FRONT-3" does not run
    When Alex asks to unpin "FRONT-3"
    And Alex says Yes to unpinning
    Then Alex is told "the machine is unpinned"
    And Blair has no Jump Item "FRONT-3" after a refresh
    And Alex has no Jump Item "FRONT-3" after a refresh
    And the Jump Client on "FRONT-3" does not run
    When the appliance loses power
    And the appliance starts again after 10 seconds
    And somebody logs on at "FRONT-3"
    Then there is no Jump Client on "FRONT-3"

  @JPN-01
  Scenario: In user mode it is there while a user is
    Given Carla is in session with Alex
    And Alex pins Carla's device to the Jump Group "Servers" in user mode
    And Alex sees that Carla's device is pinned
    When Alex ends Carla's session
    And the user of "FRONT-3" logs off
    Then the Jump Client on "FRONT-3" does not run
    And Alex finds no Jump Clients after a refresh
    When somebody logs on at "FRONT-3"
    Then Alex finds the Jump Clients "FRONT-3" after a refresh
    When "FRONT-3" loses power
    And "FRONT-3" starts again after 1 minute
    Then the Jump Client on "FRONT-3" does not run
    When somebody logs on at "FRONT-3"
    Then Alex finds the Jump Clients "FRONT-3" after a refresh

  @JPN-01
  Scenario: A line that breaks in the middle loses nothing
    Given Carla is in session with Alex
    When Carla's network goes down
    And Alex pins Carla's device to the Jump Group "Servers" in user mode
    And 1 minute passes
    Then Alex sees that Carla's device is being pinned
    When Carla's network comes back
    Then Alex sees that Carla's device is pinned
    And Alex finds the Jump Clients "FRONT-3" after a refresh

  @JPN-01
  Scenario: An appliance that breaks down in the middle loses nothing, either
    Given Carla is in session with Alex
    When packets between Carla and the appliance are held
    And Alex pins Carla's device to the Jump Group "Servers" in user mode
    And 1 second passes
    And the appliance loses power
    And the appliance starts again after 10 seconds
    And packets between Carla and the appliance go on after 10 seconds
    And Alex's console is connected again
    And 1 second passes
    Then Alex finds the Jump Clients "FRONT-3" after a refresh
    When the appliance loses power
    And the appliance starts again after 10 seconds
    And Alex's console is connected again
    And 1 second passes
    Then Alex finds the Jump Clients "FRONT-3" after a refresh

  @JPN-01
  Scenario: A customer who does not come back is why nothing was pinned
    Given Carla is in session with Alex
    When Carla's network goes down
    And Alex pins Carla's device to the Jump Group "Servers" in user mode
    And 6 minutes pass
    Then Alex is told "the customer is not connected"
    And Alex sees that Carla's device is not pinned
    When Carla's network comes back
    And 1 minute passes
    Then there is no Jump Client on "FRONT-3"
    And Alex has no Jump Item "FRONT-3" after a refresh
